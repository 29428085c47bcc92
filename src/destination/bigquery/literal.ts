// GoogleSQL has one set of escapes for texts and for quoted names. These are the ones with a letter, all of which dlt uses.
const LETTERS: Readonly<Record<string, string>> = {
  '\u0007': '\\a',
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\v': '\\v',
};

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is escaped
const CONTROL = /[\u0000-\u001f\u007f]/g;

const escaped = (text: string, delimiter: string): string =>
  text
    .replaceAll('\\', '\\\\')
    .replaceAll(delimiter, `\\${delimiter}`)
    .replace(CONTROL, (one) => LETTERS[one] ?? `\\x${one.charCodeAt(0).toString(16).padStart(2, '0')}`);

/** A text as a literal. */
export const literal = (text: string): string => `'${escaped(text, "'")}'`;

/** A quoted identifier. */
export const quote = (name: string): string => `\`${escaped(name, '`')}\``;
