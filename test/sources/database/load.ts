import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
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
  readonly onProgress?: () => void;
  readonly signal?: AbortSignal;
}

const instant = (text: string): string => new Date(text).toISOString().replace('.000Z', 'Z');

/** A DuckDB file of its own that tables are loaded into. */
export function target() {
  const root = mkdtempSync(path.join(tmpdir(), 'tidemark-database-test-'));
  const made = pipeline({
    name: 'copy',
    destination: duckdb({ path: path.join(root, 'copy.duckdb') }),
    dataset: 'copy',
    workDir: path.join(root, 'work'),
  });
  return {
    root,
    async load(source: unknown, options: LoadOptions = {}) {
      const { interval, incremental, ...more } = options;
      const { info, causes } = await loadResources(made, {
        source: source as Source,
        mode: incremental === true ? 'incremental' : 'interval',
        ...(interval && { interval: { start: instant(interval[0]), end: instant(interval[1]) } }),
        now: Timestamp.fromMillis(Date.parse('2030-01-01T00:00:00Z')),
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
    query: (sql: string): Promise<Row[]> => made.dataset().sql(sql).toArray(),
    async close(): Promise<void> {
      await made.close();
      rmSync(root, { recursive: true, force: true });
    },
  };
}

export type Target = ReturnType<typeof target>;
