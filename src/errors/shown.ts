/** The longest text that a message quotes. */
const LONGEST = 80;
/** The longest message; a cause or a list of names may be part of it. */
const LONGEST_MESSAGE = 8000;

/** The longest text in quotes that nobody shortened before: an address or a path in full, not a body. */
const LONGEST_QUOTED = 1000;

/** What a token may consist of. */
const TOKEN_AT_END = /[\w.+/=~-]+$/;

/** A text as a message quotes it: what is beyond its first 80 characters is only counted. */
export function shortened(text: string, longest: number = LONGEST): string {
  if (text.length <= longest) return text;
  // never half of a character of two units
  const cut = /[\ud800-\udbff]$/.test(text.slice(0, longest)) ? longest - 1 : longest;
  const kept = text.slice(0, cut);
  // half a token is not recognised as a secret when the message is redacted: what is cut in two goes as a whole
  const whole = kept.replace(TOKEN_AT_END, '');
  return `${whole.length > longest / 2 ? whole : kept}… (${text.length} characters)`;
}

/** Any value as a message quotes it, short; it never throws, whatever the value is. */
export function shown(value: unknown): string {
  try {
    return shortened(textOf(value));
  } catch {
    return Array.isArray(value) ? 'a list' : 'an object';
  }
}

/**
 * An address as a message quotes it. One with an `@` may hold credentials, and one that is not valid may hold them anywhere:
 * nothing of it is shown.
 */
export const shownAddress = (value: unknown): string =>
  typeof value === 'string' && value.includes('@') ? '[not shown: it may hold credentials]' : shown(value);

/** Any value as {@link shown}, a text in quotes and nothing else: `1` is a number, `"1"` a text. */
export function quoted(value: unknown): string {
  return typeof value === 'string' ? `"${shown(value)}"` : shown(value);
}

function textOf(value: unknown): string {
  if (typeof value === 'function') return 'a function';
  if (typeof value !== 'object' || value === null) return String(value);
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? 'Invalid Date' : value.toISOString();
  if (Array.isArray(value)) {
    const items: readonly unknown[] = value;
    return items.some((one) => typeof one === 'object' && one !== null)
      ? `a list of ${items.length}`
      : `[${items.map((one) => (typeof one === 'string' ? JSON.stringify(one) : textOf(one))).join(',')}]`;
  }
  // a class that can be printed: a secret, a timestamp, an error
  if ('toString' in value && value.toString !== Object.prototype.toString) return String(value);
  // its values stay out: one of them may be a secret that was put in the wrong place
  return `{ ${Object.keys(value).join(', ')} }`;
}

/** A message in full, but for what is too long to be read in it. */
export function shortMessage(message: string): string {
  if (message.length <= LONGEST_QUOTED) return message;
  const quoted = message.replace(/"([^"\n]*)"/g, (all, inner: string) =>
    inner.length <= LONGEST_QUOTED ? all : `"${shortened(inner)}"`,
  );
  return shortened(quoted, LONGEST_MESSAGE);
}
