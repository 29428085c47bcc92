import { isThere } from '../value';

/** An array of numbers of one width. */
export type NumberArray =
  | Float64Array
  | Float32Array
  | BigInt64Array
  | BigUint64Array
  | Int32Array
  | Uint32Array
  | Int16Array
  | Uint16Array
  | Int8Array
  | Uint8Array;

/** The values of a column of a result, one a row: a typed array where they are numbers inside, else a list. */
export type ColumnValues = NumberArray | readonly unknown[];

/**
 * One column of a result, laid out as Arrow has it.
 * - DOUBLE Float64Array · BIGINT BigInt64Array · INTEGER Int32Array · BOOLEAN Uint8Array (0 or 1)
 * - TIMESTAMP and TIMESTAMP WITH TIME ZONE BigInt64Array of microseconds since 1970 UTC · TIME BigInt64Array of microseconds
 * - DATE Int32Array of days since 1970
 * - everything else (text, decimals, JSON, lists) a list of the values that rows have, null where there is none
 */
export interface ResultColumn {
  readonly name: string;
  /** The destination's name of it: `BIGINT`, `TIMESTAMP WITH TIME ZONE`. */
  readonly type: string;
  readonly length: number;
  /** In a typed array the value of a row that is null means nothing. */
  readonly values: ColumnValues;
  /** One bit a row, bit i of byte i >> 3, 1 = a value is there; undefined: every row has one. */
  readonly validity: Uint8Array | undefined;
  readonly nullCount: number;
  /** The value of a row as rows have it, null where there is none. @throws RangeError beyond the last row */
  get(row: number): unknown;
}

/** A column of one chunk, before chunks are put together. */
export interface ColumnPart {
  readonly name: string;
  readonly type: string;
  readonly rows: number;
  readonly values: ColumnValues;
  readonly validity: Uint8Array | undefined;
  /** A value of `values` as rows have it. */
  readonly read: (value: unknown) => unknown;
}

/** Some rows of a result. */
export interface ResultChunk {
  readonly rows: number;
  columns(): readonly ColumnPart[];
  toRows(): readonly Readonly<Record<string, unknown>>[];
}

/** Puts the parts of one column together, in their order. */
export function joinColumn(parts: readonly ColumnPart[]): ResultColumn {
  const { name, type, read, values: first } = parts[0]!;
  const length = parts.reduce((sum, part) => sum + part.rows, 0);
  const values = parts.length === 1 ? first : joinValues(parts, length);
  const { validity, nullCount } = joinValidity(parts, length);
  return {
    name,
    type,
    length,
    values,
    validity,
    nullCount,
    get(row) {
      if (!Number.isInteger(row) || row < 0 || row >= length)
        throw new RangeError(`Column "${name}" has ${length} rows; there is no row ${row}.`);
      return isThere(validity, row) ? read(values[row]) : null;
    },
  };
}

function joinValues(parts: readonly ColumnPart[], length: number): ColumnValues {
  const first = parts[0]!.values;
  if (!ArrayBuffer.isView(first)) return parts.flatMap(({ values }) => values as readonly unknown[]);
  const joined = new (first.constructor as new (length: number) => NumberArray)(length);
  let at = 0;
  for (const { values, rows } of parts) {
    joined.set(values as never, at);
    at += rows;
  }
  return joined;
}

function joinValidity(
  parts: readonly ColumnPart[],
  length: number,
): Pick<ResultColumn, 'validity' | 'nullCount'> {
  if (parts.every(({ validity }) => validity === undefined)) return { validity: undefined, nullCount: 0 };
  const joined = new Uint8Array(Math.ceil(length / 8));
  let nullCount = 0;
  let at = 0;
  for (const { validity, rows } of parts)
    for (let row = 0; row < rows; row++, at++)
      if (isThere(validity, row)) joined[at >> 3]! |= 1 << (at & 7);
      else nullCount += 1;
  return nullCount === 0 ? { validity: undefined, nullCount } : { validity: joined, nullCount };
}
