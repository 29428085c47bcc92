/** Plain data that can be written as YAML. */
export type Plain =
  | null
  | boolean
  | number
  | string
  | readonly Plain[]
  | { readonly [key: string]: Plain | undefined };

/** Words that YAML 1.1, which Python's reader knows, takes for something else than a text. */
const NO_TEXT = /^(y|n|yes|no|true|false|on|off|null|nan|inf)$/i;

/** Plain data as YAML, in blocks; texts are quoted unless they are plain words. Fields that are undefined are left out. */
export function yamlText(value: Plain): string {
  const lines = linesOf(value);
  return `${lines.join('\n')}\n`;
}

function linesOf(value: Plain): string[] {
  if (isList(value))
    return value.length === 0 ? ['[]'] : value.flatMap((item) => indented('- ', linesOf(item)));
  if (typeof value !== 'object' || value === null) return [scalar(value)];
  const fields = Object.entries(value).flatMap(([key, field]) =>
    field === undefined ? [] : [[key, field] as const],
  );
  return fields.length === 0 ? ['{}'] : fields.flatMap(([key, field]) => fieldLines(key, field));
}

function fieldLines(key: string, value: Plain): string[] {
  const lines = linesOf(value);
  const isBlock = typeof value === 'object' && value !== null && !/^(\[\]|\{\})$/.test(lines[0]!);
  return isBlock
    ? [`${scalar(key)}:`, ...lines.map((line) => `  ${line}`)]
    : [`${scalar(key)}: ${lines[0]!}`];
}

/** The first line after a mark, the others below it. */
const indented = (mark: string, lines: readonly string[]): string[] =>
  lines.map((line, at) => `${at === 0 ? mark : ' '.repeat(mark.length)}${line}`);

const isList = (value: Plain): value is readonly Plain[] => Array.isArray(value);

function scalar(value: null | boolean | number | string): string {
  if (typeof value !== 'string') return String(value);
  if (/^[A-Za-z_][A-Za-z0-9_]*$/.test(value) && !NO_TEXT.test(value)) return value;
  // what JSON leaves as it is and YAML doesn't take
  return JSON.stringify(value).replace(
    /[\u007f-\u009f\u2028\u2029\ufeff\ufffe\uffff]/g,
    (found) => `\\u${found.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
