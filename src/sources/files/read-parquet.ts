import { createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { DuckDBInstance } from '@duckdb/node-api';
import { isTidemarkError } from '../../errors';
import { type RowObject, streamRows } from '../duckdb-reader';
import { brokenFile } from './file-errors';
import { refuseWideDecimals } from './parquet-decimals';
import type { FileRow, FileStore, StoredFile } from './types';

/** Failures that have nothing to do with the file. */
const OF_THE_MACHINE =
  /^(Out of Memory|Interrupt|IO Error: (Could not (read|open)|Cannot open)|INTERNAL)|No space left/i;

/**
 * The rows of a Parquet file in pages of up to 2,048, as DuckDB reads it: row group by row group. A file that doesn't lie
 * on this machine is copied to its temporary folder first, since Parquet begins at its end.
 *
 * @throws FILE_INVALID
 */
export async function* readParquet(
  store: FileStore,
  file: StoredFile,
  signal: AbortSignal,
): AsyncGenerator<FileRow[], void, void> {
  const local = store.localPath?.(file);
  if (local !== undefined) {
    yield* rowsAt(local, file, signal);
    return;
  }
  const folder = await mkdtemp(path.join(tmpdir(), 'tidemark-parquet-'));
  try {
    const copy = path.join(folder, 'file.parquet');
    await pipeline(store.bytes(file, signal), createWriteStream(copy));
    yield* rowsAt(copy, file, signal);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function* rowsAt(
  at: string,
  file: StoredFile,
  signal: AbortSignal,
): AsyncGenerator<RowObject[], void, void> {
  const instance = await DuckDBInstance.create(':memory:', { threads: '2' });
  try {
    const connection = await instance.connect();
    try {
      await connection.run("SET TimeZone = 'UTC'");
      await refuseWideDecimals(connection, { at: withoutGlob(at), file });
      for await (const rows of streamRows(connection, {
        sql: 'SELECT * FROM read_parquet($1)',
        params: [withoutGlob(at)],
      })) {
        signal.throwIfAborted();
        yield rows;
      }
    } finally {
      connection.closeSync();
    }
  } catch (error) {
    signal.throwIfAborted();
    throw parquetFailure(error, at, file);
  } finally {
    instance.closeSync();
  }
}

/** A path with its special characters escaped, since DuckDB reads it as a glob. */
const withoutGlob = (at: string): string => at.replace(/[*?[]/g, '[$&]');

/** The error of a file that DuckDB cannot read, with the name by which the user knows the file. */
function parquetFailure(error: unknown, at: string, file: StoredFile): unknown {
  if (isTidemarkError(error)) return error;
  const message = error instanceof Error ? error.message : String(error);
  if (OF_THE_MACHINE.test(message)) return error;
  return brokenFile(file, 'is not a Parquet file that can be read', {
    text: message.trim().replaceAll(at, file.path),
    cause: error,
  });
}
