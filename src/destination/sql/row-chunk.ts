import type { ResultChunk } from '../result-column';
import type { QueryResult } from '../types';

/** A whole result as one chunk, for a database that gives no columns. */
export function rowChunk({ columns, rows }: QueryResult): ResultChunk {
  return {
    rows: rows.length,
    columns: () =>
      columns.map(({ name, type }) => {
        const values = rows.map((row) => row[name] ?? null);
        return {
          name,
          type,
          rows: rows.length,
          values,
          validity: validityOf(values),
          read: (value) => value,
        };
      }),
    toRows: () => rows,
  };
}

function validityOf(values: readonly unknown[]): Uint8Array | undefined {
  if (!values.includes(null)) return undefined;
  const validity = new Uint8Array(Math.ceil(values.length / 8));
  for (const [row, value] of values.entries()) if (value !== null) validity[row >> 3]! |= 1 << (row & 7);
  return validity;
}
