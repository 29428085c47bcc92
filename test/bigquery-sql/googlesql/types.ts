import { type Bytes, type Fields, message, nested, text, whole } from './wire';

/** A column as BigQuery's REST API describes it. */
export interface Column {
  readonly name: string;
  /** `INT64`, `NUMERIC`, `RECORD`, …; the older names `INTEGER`, `FLOAT` and `BOOLEAN`, too. */
  readonly type: string;
  readonly mode?: 'NULLABLE' | 'REQUIRED' | 'REPEATED' | undefined;
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
  GEOGRAPHY: 22,
  NUMERIC: 23,
  BIGNUMERIC: 24,
  JSON: 26,
  INTERVAL: 27,
};
const ARRAY = 16;
const STRUCT = 17;

/** The encoded type of a name such as `NUMERIC` or `NUMERIC(38, 9)`: types of columns have no digits in GoogleSQL. @throws RangeError */
export function typeNamed(name: string): Bytes {
  const kind = KINDS[name.replace(/\(.*/, '').trim().toUpperCase()];
  if (kind === undefined) throw new RangeError(`"${name}" is no type of BigQuery's that is known here.`);
  return whole(1, kind);
}

/** The encoded type of a column. */
export function typeOf({ type, mode, fields }: Column): Bytes {
  const isRecord = type === 'RECORD' || type === 'STRUCT';
  const one = isRecord ? recordOf(fields ?? []) : typeNamed(type);
  return mode === 'REPEATED' ? message(whole(1, ARRAY), nested(2, nested(1, one))) : one;
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
