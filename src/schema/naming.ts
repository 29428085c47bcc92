import { createHash } from 'node:crypto';
import { TidemarkError } from '../errors';

/** Between the parts of a path: of a table and its child, of an object and its field. */
const PATH_SEPARATOR = '__';

// Python's str.strip(): what it counts as white space differs from JavaScript's trim() (U+FEFF, U+001C to U+001F, U+0085).
const SPACE = '[\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000]';
const OUTER_SPACE = new RegExp(`^${SPACE}+|${SPACE}+$`, 'gu');
const ALPHABET: Readonly<Record<string, string>> = { '+': 'x', '*': 'x', '-': '_', '@': 'a', '|': 'l' };
const TAG_BYTES = 4;

/** Whether a key has nothing to make a name of: empty, or white space only. */
export function isBlank(text: string): boolean {
  return text.replace(OUTER_SPACE, '') === '';
}

/**
 * One identifier in dlt's snake case: lower case, ASCII letters, digits and single underscores, none at the end.
 * Longer than `maxLength` characters, its middle gives way to a tag made of the original text.
 * Source: dlt 1.31, naming convention `snake_case`.
 * @throws TidemarkError IDENTIFIER_INVALID if nothing but white space is given
 * @example normalizeIdentifier('getHTTPResponseCode') // get_http_response_code
 */
export function normalizeIdentifier(identifier: string, maxLength?: number): string {
  const trimmed = identifier.replace(OUTER_SPACE, '');
  if (trimmed === '')
    throw new TidemarkError(
      'IDENTIFIER_INVALID',
      `"${identifier}" is not a valid name of a table or column; give it at least one letter or digit.`,
    );
  return shorten(snakeCase(trimmed), trimmed, maxLength);
}

/** A text that may hold several identifiers joined by `__`: each is normalized by itself, blank ones are left out. */
export function normalizePath(path: string, maxLength?: number): string {
  const parts = path.split(PATH_SEPARATOR).filter((part) => !isBlank(part));
  const joined = parts.map((part) => normalizeIdentifier(part, maxLength)).join(PATH_SEPARATOR);
  return shorten(joined, path, maxLength);
}

/** Identifiers that are normalized already, joined to the name of a nested table or column. */
export function joinPath(identifiers: readonly string[], maxLength?: number): string {
  const joined = identifiers.join(PATH_SEPARATOR);
  return shorten(joined, joined, maxLength);
}

/** The name under which dlt keeps a source's schema: an identifier of at most 64 characters. */
export function schemaNameOf(source: string): string {
  return normalizeIdentifier(source, 64);
}

function snakeCase(text: string): string {
  const broken = text
    .replace(/[+*@|-]/g, (sign) => ALPHABET[sign] ?? sign)
    .replace(/[^a-zA-Z\p{Nd}_]+/gu, '_')
    .replace(/([^_])([A-Z][a-z]+)/gu, '$1_$2')
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .toLowerCase();
  const led = /^\p{Nd}/u.test(broken) ? `_${broken}` : broken;
  return led.replace(/_+$/, (tail) => 'x'.repeat(tail.length)).replace(/__+/g, '_');
}

function shorten(normalized: string, original: string, maxLength: number | undefined): string {
  if (maxLength === undefined || normalized.length <= maxLength) return normalized;
  const characters = Array.from(normalized);
  if (characters.length <= maxLength) return normalized;
  const tag = createHash('shake128', { outputLength: TAG_BYTES })
    .update(original, 'utf8')
    .digest('base64')
    .replace(/=+$/, '')
    .replace(/\//g, 'a')
    .replace(/\+/g, 'b')
    .toLowerCase();
  const room = maxLength - tag.length;
  const tail = Math.floor(room / 2);
  return (
    characters.slice(0, room - tail).join('') + tag + characters.slice(characters.length - tail).join('')
  );
}
