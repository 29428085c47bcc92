/** Below this length a value is cut only where it stands alone: else a password "a" would eat every text. */
const SHORT = 4;
/** The same for a plain word: a password "test" is to leave "tests" and "test_pipeline" alone. */
const WORD = /^\p{L}{1,7}$/u;
/** What stands alone may follow an escape: `\n` in JSON, `%20` in an address. */
const ALONE = {
  before: '(?:(?<![\\p{L}\\p{N}_])|(?<=\\\\[bfnrt])|(?<=%[0-9A-Fa-f]{2}))',
  after: '(?![\\p{L}\\p{N}_])',
};
/** A line of a longer secret, a private key, is one too: some printers break such a text at its lines. */
const LONG_LINE = 12;
/** Bytes from which what surrounds a secret leaves enough of its base64 to be told from other text. */
const ENCODABLE = 6;

export const escapeForPattern = (text: string): string => text.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');

/** Whether a value is so short, or so plain a word, that it may stand in a text by chance. */
export const isCommon = (value: string): boolean => value.length < SHORT || WORD.test(value);

const CONTROLS: Readonly<Record<string, string>> = { '\n': 'n', '\r': 'r', '\t': 't', '\b': 'b', '\f': 'f' };
const ENTITIES: Readonly<Record<string, string>> = {
  '&': 'amp|#38|#x26',
  '<': 'lt|#60|#x3[Cc]',
  '>': 'gt|#62|#x3[Ee]',
  '"': 'quot|#34|#x22',
  "'": 'apos|#0?39|#x27',
};

/**
 * A pattern that finds a value however an address, a form, JSON or HTML spells it: each character as it is or escaped,
 * whichever of them the writer escapes, and once or several times over.
 */
export function spellingsOf(value: string): string {
  const spelt = [...value].map(spellingsOfOne).join('');
  return isCommon(value) ? `${ALONE.before}${spelt}${ALONE.after}` : spelt;
}

function spellingsOfOne(character: string): string {
  if (/^[A-Za-z0-9]$/.test(character)) return character;
  const percent = [...new TextEncoder().encode(character)].map((byte) => `%(?:25)*${hexPattern(byte, 2)}`);
  const units = Array.from({ length: character.length }, (_, at) => character.charCodeAt(at));
  const spellings = [
    // JSON within JSON escapes the escapes
    character === '\\' ? '\\\\+' : `${/["'/]/.test(character) ? '\\\\*' : ''}${escapeForPattern(character)}`,
    percent.join(''),
    units.map((unit) => `\\\\+u${hexPattern(unit, 4)}`).join(''),
  ];
  const control = CONTROLS[character];
  if (control !== undefined) spellings.push(`\\\\+${control}`);
  const entity = ENTITIES[character];
  if (entity !== undefined) spellings.push(`&(?:amp;)*(?:${entity});`);
  if (character === ' ') spellings.push('\\+');
  // an address has a slash for a backslash, and leaves tabs and line ends out
  if (character === '\\') spellings.push('\\/');
  return `(?:${spellings.join('|')})${/[\t\r\n]/.test(character) ? '?' : ''}`;
}

function hexPattern(value: number, digits: number): string {
  const hex = value.toString(16).padStart(digits, '0');
  return hex.replace(/[a-f]/g, (digit) => `[${digit.toUpperCase()}${digit}]`);
}

/** The values to look for: a secret without the spaces around it, which hide nothing and may be trimmed, and its lines. */
export function partsOf(value: string): string[] {
  const lines = value.split(/\r?\n/).map((line) => line.trim());
  const long = lines.length > 1 ? lines.filter((line) => line.length >= LONG_LINE) : [];
  return [...new Set([value.trim(), ...long])].filter((part) => part !== '');
}

/**
 * Patterns of what is left of a value in base64, whatever stands before and behind it: `user:password` of a basic header,
 * JSON in a token. A value stands at one of three places within the groups of three bytes.
 */
export function base64Of(value: string): string[] {
  const bytes = new TextEncoder().encode(value);
  if (bytes.length < ENCODABLE) return bytes.length < SHORT ? [] : [base64Pattern(encode(bytes))];
  return [0, 1, 2].map((before) => {
    const padded = new Uint8Array(before + bytes.length);
    padded.set(bytes, before);
    const end = Math.floor((padded.length * 8) / 6);
    return base64Pattern(encode(padded).slice(Math.ceil((before * 8) / 6), end));
  });
}

const encode = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64').replace(/=+$/, '');

/** Both alphabets of base64, and the form in which an address has the first one. */
const base64Pattern = (text: string): string =>
  text.replace(/[+/]/g, (sign) => (sign === '+' ? '(?:[+\\-]|%2[Bb])' : '(?:[\\/_]|%2[Ff])'));
