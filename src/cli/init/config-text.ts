/** A text as a literal in single quotes, whatever is in it. */
export function literal(text: string): string {
  const inner = JSON.stringify(text)
    .slice(1, -1)
    .replace(/\\"/g, '"')
    .replace(/'/g, "\\'")
    .replace(/[\u2028\u2029]/g, (mark) => `\\u${mark.charCodeAt(0).toString(16)}`);
  return `'${inner}'`;
}

/** Plain data as a literal: texts, numbers, booleans, null, lists and objects of them. Its lines are for a formatter. */
export function dataLiteral(value: unknown): string {
  if (typeof value === 'string') return literal(value);
  if (Array.isArray(value)) return `[${value.map(dataLiteral).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return String(value);
  const fields = Object.entries(value).map(([key, inner]) => `${propertyName(key)}: ${dataLiteral(inner)}`);
  return fields.length === 0 ? '{}' : `{ ${fields.join(', ')} }`;
}

/** A key of an object literal, in quotes where it must be. */
export const propertyName = (key: string): string => (/^[A-Za-z_$][\w$]*$/.test(key) ? key : literal(key));

const WIDTH = 110;

/** Lines of comment with this text, which ends none of them by itself. */
export function comment(text: string, indent = ''): readonly string[] {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: a line break within would be code
  const words = text.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]+/g, ' ').split(' ');
  const lines: string[] = [];
  for (const word of words) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + word.length < WIDTH) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(`${indent}// ${word}`);
  }
  return lines;
}

/** An import line; none where nothing is imported. */
export const importLine = (names: readonly string[], from: string): readonly string[] => {
  const unique = [...new Set(names)].sort((a, b) => a.toLowerCase().localeCompare(b.toLowerCase()));
  return unique.length === 0 ? [] : [`import { ${unique.join(', ')} } from '${from}';`];
};
