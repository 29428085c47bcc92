/** The longest text that a message quotes. */
const LONGEST = 80;
/** The longest message; a cause or a list of names may be part of it. */
const LONGEST_MESSAGE = 8000;

/** A text as a message quotes it: what is beyond its first 80 characters is only counted. */
export function shortened(text: string, longest: number = LONGEST): string {
  if (text.length <= longest) return text;
  // never half of a character of two units
  const cut = /[\ud800-\udbff]$/.test(text.slice(0, longest)) ? longest - 1 : longest;
  return `${text.slice(0, cut)}… (${text.length} characters)`;
}

/** Any value as a message quotes it, short; it never throws, whatever the value is. */
export function shown(value: unknown): string {
  try {
    return shortened(textOf(value));
  } catch {
    return Array.isArray(value) ? 'a list' : 'an object';
  }
}

function textOf(value: unknown): string {
  if (typeof value === 'function') return 'a function';
  if (typeof value !== 'object' || value === null) return String(value);
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? 'Invalid Date' : value.toISOString();
  if (Array.isArray(value)) {
    const items: readonly unknown[] = value;
    return items.some((one) => typeof one === 'object' && one !== null)
      ? `a list of ${items.length}`
      : `[${items.map(textOf).join(', ')}]`;
  }
  // a class that can be printed: a secret, a timestamp, an error
  if ('toString' in value && value.toString !== Object.prototype.toString) return String(value);
  // its values stay out: one of them may be a secret that was put in the wrong place
  return `{ ${Object.keys(value).join(', ')} }`;
}

/** A message in full, unless something in it is so long that nobody could read it. */
export const shortMessage = (message: string): string => shortened(message, LONGEST_MESSAGE);
