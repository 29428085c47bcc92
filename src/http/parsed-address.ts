/** What is asked of an address again and again: the chain of a thousand pages has one of few origins. */
interface ParsedAddress {
  readonly href: string;
  readonly origin: string;
}

/** Addresses of one page: its own, that of the next one, the link as it was written. */
const KEPT = 8;
const parsed = new Map<string, ParsedAddress | undefined>();

/** An address taken apart, relative to `base` if that is given; undefined for what is none. Parsing costs more than a look-up. */
export function parseAddress(text: string, base?: string): ParsedAddress | undefined {
  const key = `${base ?? ''}\n${text}`;
  if (parsed.has(key)) return parsed.get(key);
  const found = URL.canParse(text, base) ? new URL(text, base) : undefined;
  const address = found && { href: found.href, origin: found.origin };
  parsed.set(key, address);
  if (parsed.size > KEPT) parsed.delete(parsed.keys().next().value!);
  return address;
}

/** @throws TypeError for what is no address */
export const originOf = (url: string): string => parseAddress(url)?.origin ?? new URL(url).origin;
