import { CHUNK_ROWS, type ColumnChunk, type TableChunk } from './batch';
import { slotWidth } from './column-buffer';

/**
 * A batch of some rows of another.
 * @param rows their numbers in the batch, ascending
 */
export function pickRows(chunk: TableChunk, rows: readonly number[]): TableChunk {
  if (rows.length === chunk.rows) return chunk;
  const columns = chunk.columns.map((column) => pickColumn(column, rows));
  const { roots } = chunk;
  const picked = roots && Uint32Array.from(rows, (row) => roots[row] ?? 0);
  return { table: chunk.table, rows: rows.length, columns, roots: picked };
}

function pickColumn(column: ColumnChunk, rows: readonly number[]): ColumnChunk {
  const { name, type, validity, data } = column;
  return {
    name,
    type,
    validity: validity && pickBits(validity, rows),
    data: data && pickSlots(data, slotWidth(type), rows),
    ...pickLong(column, rows),
  };
}

function pickBits(bits: Uint8Array, rows: readonly number[]): Uint8Array {
  const picked = new Uint8Array(CHUNK_ROWS / 8);
  rows.forEach((row, to) => {
    const there = ((bits[row >> 3] ?? 0) >> (row & 7)) & 1;
    picked[to >> 3] = (picked[to >> 3] ?? 0) | (there << (to & 7));
  });
  return picked;
}

/** Neighbours are copied together. */
function pickSlots(data: Uint8Array, width: number, rows: readonly number[]): Uint8Array {
  const picked = new Uint8Array(rows.length * width);
  for (let to = 0; to < rows.length; ) {
    const from = rows[to] ?? 0;
    let end = to + 1;
    while (end < rows.length && rows[end] === from + end - to) end++;
    picked.set(data.subarray(from * width, (from + end - to) * width), to * width);
    to = end;
  }
  return picked;
}

function pickLong(
  { longRows, longValues }: ColumnChunk,
  rows: readonly number[],
): Pick<ColumnChunk, 'longRows' | 'longValues'> {
  const picked: { longRows: number[]; longValues: (string | Uint8Array)[] } = {
    longRows: [],
    longValues: [],
  };
  let at = 0;
  for (const [to, row] of rows.entries()) {
    while (at < longRows.length && (longRows[at] ?? 0) < row) at++;
    const value = longRows[at] === row ? longValues[at] : undefined;
    if (value === undefined) continue;
    picked.longRows.push(to);
    picked.longValues.push(value);
  }
  return picked;
}
