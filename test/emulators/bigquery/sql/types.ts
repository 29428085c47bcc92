/** GoogleSQL's types, those that the fake has. */
export type ScalarName =
  | 'INT64'
  | 'FLOAT64'
  | 'NUMERIC'
  | 'BIGNUMERIC'
  | 'BOOL'
  | 'STRING'
  | 'BYTES'
  | 'DATE'
  | 'TIME'
  | 'DATETIME'
  | 'TIMESTAMP'
  | 'JSON';

export interface SqlType {
  readonly name: ScalarName | 'STRUCT';
  /** Of a STRUCT. */
  readonly fields?: readonly Column[] | undefined;
}

/** A column of a table, or a field of a record. */
export interface Column {
  readonly name: string;
  readonly type: SqlType;
  readonly required: boolean;
  /** Of NUMERIC and BIGNUMERIC. */
  readonly precision?: number | undefined;
  readonly scale?: number | undefined;
  /** The most characters of a STRING, or bytes of BYTES. */
  readonly maxLength?: number | undefined;
  readonly description?: string | undefined;
}

export const scalar = (name: ScalarName): SqlType => ({ name });

/** Other names that SQL and the API have for types. */
const SYNONYMS: Readonly<Record<string, ScalarName | 'STRUCT'>> = {
  INT: 'INT64',
  SMALLINT: 'INT64',
  INTEGER: 'INT64',
  BIGINT: 'INT64',
  TINYINT: 'INT64',
  BYTEINT: 'INT64',
  FLOAT: 'FLOAT64',
  BOOLEAN: 'BOOL',
  DECIMAL: 'NUMERIC',
  BIGDECIMAL: 'BIGNUMERIC',
  RECORD: 'STRUCT',
};

const NAMES: ReadonlySet<string> = new Set<ScalarName | 'STRUCT'>([
  'INT64',
  'FLOAT64',
  'NUMERIC',
  'BIGNUMERIC',
  'BOOL',
  'STRING',
  'BYTES',
  'DATE',
  'TIME',
  'DATETIME',
  'TIMESTAMP',
  'JSON',
  'STRUCT',
]);

/** A type by one of its names, undefined for what isn't one. `FLOAT` is a name of the API only. */
export function typeNamed(name: string): ScalarName | 'STRUCT' | undefined {
  const upper = name.toUpperCase();
  return SYNONYMS[upper] ?? (NAMES.has(upper) ? (upper as ScalarName | 'STRUCT') : undefined);
}

/** How GoogleSQL writes the type of an expression. */
export const typeText = ({ name, fields }: SqlType): string =>
  fields === undefined
    ? name
    : `STRUCT<${fields.map((field) => `${field.name} ${typeText(field.type)}`).join(', ')}>`;

/** How `INFORMATION_SCHEMA` writes the type of a column. */
export function columnTypeText({ type, precision, scale, maxLength }: Column): string {
  if (type.fields !== undefined)
    return `STRUCT<${type.fields.map((field) => `${field.name} ${columnTypeText(field)}`).join(', ')}>`;
  if (maxLength !== undefined) return `${type.name}(${maxLength})`;
  if (precision === undefined) return type.name;
  return scale === undefined || scale === 0
    ? `${type.name}(${precision})`
    : `${type.name}(${precision}, ${scale})`;
}

const NUMBERS: readonly string[] = ['INT64', 'NUMERIC', 'BIGNUMERIC', 'FLOAT64'];

export const isNumber = ({ name }: SqlType): boolean => NUMBERS.includes(name);

/** Whether a value of a type becomes one of another without a cast. */
export function coerces(from: SqlType, to: SqlType): boolean {
  if (from.name === 'STRUCT' || to.name === 'STRUCT') return typeText(from) === typeText(to);
  if (from.name === to.name) return true;
  if (from.name === 'DATE' && to.name === 'DATETIME') return true;
  return isNumber(from) && isNumber(to) && NUMBERS.indexOf(from.name) < NUMBERS.indexOf(to.name);
}

/** Digits of the fraction that a BIGNUMERIC has. DuckDB has it as a whole number of that many digits more. */
export const BIG_SCALE = 38;

/** DuckDB's type for a value of an expression. */
export function duckType({ name, fields }: SqlType): string {
  switch (name) {
    case 'INT64':
      return 'BIGINT';
    case 'FLOAT64':
      return 'DOUBLE';
    case 'NUMERIC':
      return 'DECIMAL(38,9)';
    case 'BIGNUMERIC':
      return 'BIGNUM';
    case 'BOOL':
      return 'BOOLEAN';
    case 'BYTES':
      return 'BLOB';
    case 'TIMESTAMP':
      return 'TIMESTAMPTZ';
    case 'DATETIME':
      return 'TIMESTAMP';
    case 'STRING':
    case 'JSON':
      return 'VARCHAR';
    case 'STRUCT':
      return `STRUCT(${fields!.map((field) => `${quoted(field.name)} ${duckColumnType(field)}`).join(', ')})`;
    default:
      return name;
  }
}

/** DuckDB's type for what a column keeps. */
export const duckColumnType = ({ type, precision, scale }: Column): string =>
  type.name === 'NUMERIC' && precision !== undefined ? `DECIMAL(${precision},${scale ?? 0})` : duckType(type);

/** A name in DuckDB's SQL. */
export const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;

/** A text in DuckDB's SQL. */
export const text = (value: string): string => `'${value.replaceAll("'", "''")}'`;
