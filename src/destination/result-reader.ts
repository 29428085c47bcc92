import type { ResultChunk } from './result-column';

/** Who reads a result while it is made: its connection is kept meanwhile. */
export interface ResultReader {
  /** Since when it is waited for, as `performance.now()` counts; undefined while the database is. */
  waitedForSince(): number | undefined;
}

const rowsTaken = new WeakMap<ResultChunk, () => void>();

/** Has told whoever reads row by row that a row of a chunk was taken. */
export function whenRowIsTaken(chunk: ResultChunk, told: () => void): void {
  rowsTaken.set(chunk, told);
}

/** What to call after each row of a chunk that is read row by row; a slow reader is told from one that waits for something by that. */
export const rowTaken = (chunk: ResultChunk): (() => void) => rowsTaken.get(chunk) ?? (() => {});
