import { type Bytes, type Fields, message, nested, text, whole } from './wire';

/** A column as BigQuery's REST API describes it, or with a type as SQL has it. */
export interface Column {
  readonly name: string;
  /** `INT64`, `NUMERIC(38, 9)`, `RECORD`, `STRUCT<a INT64, b STRING>`, …; the older `INTEGER`, `FLOAT` and `BOOLEAN`, too. */
  readonly type: string;
  readonly mode?: string | undefined;
  readonly fields?: readonly Column[] | undefined;
}

const KINDS: Readonly<Record<string, number>> = {
  INT64: 2,
  INTEGER: 2,
  BOOL: 5,
  BOOLEAN: 5,
  FLOAT64: 7,
  FLOAT: 7,
  STRING: 8,
  BYTES: 9,
  DATE: 10,
  TIMESTAMP: 19,
  TIME: 20,
  DATETIME: 21,
  NUMERIC: 23,
  BIGNUMERIC: 24,
  JSON: 26,
  INTERVAL: 27,
};
const ARRAY = 16;
const STRUCT = 17;

/** The encoded type of what SQL has: types have no digits or lengths in GoogleSQL. @throws RangeError */
export function typeNamed(written: string): Bytes {
  const [, outer, inner] = /^\s*(ARRAY|STRUCT)\s*<(.*)>\s*$/is.exec(written) ?? [];
  if (inner !== undefined)
    return outer?.toUpperCase() === 'ARRAY' ? arrayOf(typeNamed(inner)) : structOf(inner);
  const kind = KINDS[written.replace(/\(.*/, '').trim().toUpperCase()];
  if (kind === undefined) throw new RangeError(`"${written}" is no type of BigQuery's that is known here.`);
  return whole(1, kind);
}

/** The encoded type of a column. */
export function typeOf({ type, mode, fields }: Column): Bytes {
  const one = fields === undefined ? typeNamed(type) : recordOf(fields);
  return mode === 'REPEATED' ? arrayOf(one) : one;
}

const arrayOf = (element: Bytes): Bytes => message(whole(1, ARRAY), nested(2, nested(1, element)));

function structOf(inner: string): Bytes {
  const fields = partsOf(inner).map((part) => {
    const [, name = '', type = ''] = /^\s*(`[^`]+`|\w+)\s+(.*)$/s.exec(part) ?? [];
    return { name: name.replaceAll('`', ''), type };
  });
  return recordOf(fields);
}

/** What stands between the commas that are within no brackets. */
function partsOf(list: string): readonly string[] {
  const parts = [''];
  let depth = 0;
  for (const character of list) {
    if ('<('.includes(character)) depth += 1;
    if ('>)'.includes(character)) depth -= 1;
    if (character === ',' && depth === 0) parts.push('');
    else parts[parts.length - 1] += character;
  }
  return parts.filter((part) => part.trim() !== '');
}

function recordOf(fields: readonly Column[]): Bytes {
  const parts = fields.map((field) => nested(1, message(text(1, field.name), nested(2, typeOf(field)))));
  return message(whole(1, STRUCT), nested(3, message(...parts)));
}

/** The name of a resolved type, with what it is made of. */
export function nameOf(type: Fields): string {
  const kind = type.whole(1);
  if (kind === ARRAY) return `ARRAY<${nameOf(type.at(2, 1)!)}>`;
  if (kind === STRUCT) {
    const fields = type.at(3)?.all(1) ?? [];
    return `STRUCT<${fields.map((field) => `${field.texts(1)[0] ?? ''} ${nameOf(field.at(2)!)}`).join(', ')}>`;
  }
  return Object.entries(KINDS).find(([, number]) => number === kind)?.[0] ?? `type ${kind}`;
}
