import type { TableChunk } from '../../normalize';
import type { CopyColumn } from './copy-rows';

/** Chunks that follow each other and go in one COPY. */
export interface CopyRun {
  /** The columns of all of them; those that a chunk doesn't list are null in its rows. */
  readonly columns: readonly CopyColumn[];
  readonly chunks: AsyncIterable<TableChunk>;
}

/**
 * Cuts chunks into as few runs as there can be. A chunk lists only columns that have values in it, so what columns a table has
 * is known bit by bit: a run begins with a chunk that brings a column that none before it had, or another type.
 */
export async function* runsOf(chunks: AsyncIterable<TableChunk>): AsyncGenerator<CopyRun, void, void> {
  const source = chunks[Symbol.asyncIterator]();
  const known = new Map<string, CopyColumn>();
  let next: IteratorResult<TableChunk>;
  const isKnown = ({ columns }: TableChunk): boolean =>
    columns.every(({ name, type }) => known.get(name)?.type === type);
  try {
    next = await source.next();
    while (next.done !== true) {
      for (const { name, type } of next.value.columns) known.set(name, { name, type });
      const run = async function* (): AsyncGenerator<TableChunk, void, void> {
        while (next.done !== true && isKnown(next.value)) {
          yield next.value;
          next = await source.next();
        }
      };
      yield { columns: [...known.values()], chunks: run() };
    }
  } finally {
    // who stops in the middle, for an error of the server, lets go of what is read
    await source.return?.();
  }
}
