import { mkdirSync, utimesSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { DuckDBInstance } from '@duckdb/node-api';
import { makeTarget, march } from '../target';

/** A folder of files, and a DuckDB file beside it that they are loaded into. */
export function workspace() {
  const { pipeline: target, root, ...loads } = makeTarget('exports');
  const location = path.join(root, 'exports');
  mkdirSync(location);
  return {
    ...loads,
    location,
    target,
    /** Writes a file, packed if its name ends in .gz, last modified as told. */
    write(file: string, content: string | Uint8Array, modified = '2024-01-01T00:00:00Z'): void {
      const at = path.join(location, file);
      mkdirSync(path.dirname(at), { recursive: true });
      writeFileSync(at, new Uint8Array(file.endsWith('.gz') ? gzipSync(content) : Buffer.from(content)));
      utimesSync(at, new Date(modified), new Date(modified));
    },
    at: (file: string): string => path.join(location, file),
  };
}

export type Workspace = ReturnType<typeof workspace>;

/** Days of March 2024, the last one exclusive. */
export const days = (from: number, to: number): [string, string] => [march(from), march(to)];

/** Objects as JSON lines. */
export const jsonl = (...rows: readonly object[]): string =>
  rows.map((row) => `${JSON.stringify(row)}\n`).join('');

/** The rows of a query as a Parquet file. */
export async function writeParquet(file: string, query: string, options = ''): Promise<void> {
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  await connection.run(`COPY (${query}) TO '${file}' (FORMAT parquet${options})`);
  connection.closeSync();
  instance.closeSync();
}
