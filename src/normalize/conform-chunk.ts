import type { DataType, TableSchema } from '../schema';
import { ownField } from '../value';
import type { ColumnChunk, TableChunk } from './batch';
import { ColumnBuffer } from './column-buffer';
import { convert, type TargetType } from './convert';
import { readColumn } from './read-chunk';
import type { Stored } from './stored-value';

const WIDER: Partial<Record<DataType, readonly DataType[]>> = { bigint: ['double', 'wei', 'decimal'] };

/**
 * Whether a column may change from one type to another with its values kept: a bigint column becomes double once
 * 1.5 comes (unless it has an integer that a double can't hold: look first), wei for an integer beyond 64 bits, and
 * decimal or any of these by declaration. Nothing else ever changes its type.
 */
export function convertible(from: DataType, to: DataType): boolean {
  return from === to || (WIDER[from]?.includes(to) ?? false);
}

/** Where the values of a column go that don't fit its type. */
type VariantOf = (column: string, type: DataType) => string;

/**
 * The chunk with every column in the type that the table has by now. A value that doesn't go into it is moved to the
 * column that `variantOf` names; without one, no value may fail to go.
 */
export function conformChunk(chunk: TableChunk, table: TableSchema, variantOf?: VariantOf): TableChunk {
  const changing = chunk.columns.filter((column) => column.type !== typeOf(table, column.name));
  if (changing.length === 0) return chunk;
  const rewritten = new Map<string, Rewritten>();
  const rewrite = (name: string, type: DataType): Rewritten => {
    const known = rewritten.get(name);
    if (known !== undefined) return known;
    const same = chunk.columns.find((column) => column.name === name && column.type === type);
    const values =
      same === undefined ? new Array<Stored | undefined>(chunk.rows) : readColumn(same, chunk.rows);
    const fresh = { type, values };
    rewritten.set(name, fresh);
    return fresh;
  };
  for (const column of changing) {
    const target = targetIn(table, column.name, column.type);
    const { values } = rewrite(column.name, target.type);
    for (const [row, value] of readColumn(column, chunk.rows).entries()) {
      if (value === undefined) continue;
      const converted = convert(value, column.type, target);
      if (converted !== undefined) values[row] = converted;
      else if (variantOf !== undefined)
        rewrite(variantOf(column.name, column.type), column.type).values[row] = value;
    }
  }
  const kept = chunk.columns.filter((column) => !rewritten.has(column.name));
  const columns = [...rewritten].flatMap(([name, column]) => encodeColumn(name, column, chunk.rows) ?? []);
  return { ...chunk, columns: [...kept, ...columns] };
}

interface Rewritten {
  readonly type: DataType;
  readonly values: (Stored | undefined)[];
}

/** A column of a chunk out of its values in their stored form; undefined if there is none. */
export function encodeColumn(
  name: string,
  { type, values }: { readonly type: DataType; readonly values: readonly (Stored | undefined)[] },
  rows: number,
): ColumnChunk | undefined {
  const buffer = new ColumnBuffer(name, type, false, { longBytes: 0 });
  for (let row = 0; row < rows; row++) {
    const value = values[row];
    if (value === undefined) continue;
    buffer.open(rows);
    buffer.put(row, value);
  }
  return buffer.seal(rows)?.chunk;
}

function typeOf(table: TableSchema, column: string): DataType | undefined {
  return ownField(table.columns, column)?.data_type;
}

/** What a column of a chunk is to be converted to: as a value of another type that comes to an inferred column. */
export function targetIn(table: TableSchema, column: string, otherwise: DataType): TargetType {
  const schema = ownField(table.columns, column);
  return {
    type: schema?.data_type ?? otherwise,
    declared: false,
    precision: schema?.precision,
    scale: schema?.scale,
  };
}
