import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { DuckDBInstance } from '@duckdb/node-api';
import { duckdb, pipeline, type Row } from '../../../src/index';
import { loadResources } from '../../../src/pipeline';
import type { Source } from '../../../src/source';
import { Timestamp } from '../../../src/value';

const silent = { debug() {}, info() {}, warn() {}, error() {} };

export interface LoadOptions {
  /** The data interval, as days or instants. */
  readonly interval?: readonly [start: string, end: string];
  /** Goes on from the stored cursor. */
  readonly incremental?: boolean;
  /** The run's now. @default 2030 */
  readonly now?: string;
  readonly replaceSlice?: boolean;
  readonly loadKey?: string;
  readonly firstStart?: string;
  readonly onProgress?: () => void;
}

const instant = (text: string): string => new Date(text).toISOString().replace('.000Z', 'Z');

/** A folder of files, and a DuckDB file beside it that they are loaded into. */
export function workspace() {
  const root = mkdtempSync(path.join(tmpdir(), 'tidemark-files-test-'));
  const location = path.join(root, 'exports');
  mkdirSync(location);
  const target = pipeline({
    name: 'exports',
    destination: duckdb({ path: path.join(root, 'exports.duckdb') }),
    dataset: 'exports',
    workDir: path.join(root, 'work'),
  });
  return {
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
    /** One load; its reports, and the first failure. */
    async load(source: unknown, options: LoadOptions = {}) {
      const { interval, incremental, now = '2030-01-01T00:00:00Z', ...more } = options;
      const { info, causes } = await loadResources(target, {
        source: source as Source,
        mode: incremental === true ? 'incremental' : 'interval',
        ...(interval && { interval: { start: instant(interval[0]), end: instant(interval[1]) } }),
        now: Timestamp.fromMillis(Date.parse(now)),
        log: silent,
        ...more,
      });
      return { resources: info.resources, error: causes[0] };
    },
    /** As `load`, where nothing may fail; rows by resource. */
    async loaded(source: unknown, options: LoadOptions = {}): Promise<Record<string, number>> {
      const { resources, error } = await this.load(source, options);
      if (error !== undefined) throw error;
      return Object.fromEntries(resources.map(({ resource, rows }) => [resource, rows]));
    },
    query: (sql: string): Promise<Row[]> => target.dataset().sql(sql).toArray(),
    async close(): Promise<void> {
      await target.close();
      rmSync(root, { recursive: true, force: true });
    },
  };
}

export type Workspace = ReturnType<typeof workspace>;

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
