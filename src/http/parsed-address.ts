/** The parts of an address that every request needs. */
interface ParsedAddress {
  readonly href: string;
  readonly origin: string;
}

/** Enough for one page: its own address, that of the next one, the link as it was written. */
const KEPT = 8;
const parsed = new Map<string, ParsedAddress | undefined>();

/**
 * The parts of an address, which may be relative to `base`; undefined if it is not valid. The last few are remembered, since
 * parsing costs more than a look-up.
 */
export function parseAddress(text: string, base?: string): ParsedAddress | undefined {
  const key = `${base ?? ''}\n${text}`;
  if (parsed.has(key)) return parsed.get(key);
  const found = URL.canParse(text, base) ? new URL(text, base) : undefined;
  const address = found && { href: found.href, origin: found.origin };
  parsed.set(key, address);
  if (parsed.size > KEPT) parsed.delete(parsed.keys().next().value!);
  return address;
}

/** @throws TypeError if it is not a valid address */
export const originOf = (url: string): string => parseAddress(url)?.origin ?? new URL(url).origin;
