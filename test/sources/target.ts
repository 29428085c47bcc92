import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { duckdb, pipeline, type Row } from '../../src';
import { loadResources } from '../../src/pipeline';
import type { Source } from '../../src/source';
import { silent } from '../silent-log';

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
  readonly signal?: AbortSignal;
}

const instant = (text: string): string => new Date(text).toISOString().replace('.000Z', 'Z');

/** A pipeline into a DuckDB file in a folder of its own, which goes when it is closed. */
export function makeTarget(name: string, dataset = name) {
  const root = mkdtempSync(path.join(tmpdir(), `tidemark-${name}-`));
  const made = pipeline({
    name,
    destination: duckdb({ path: path.join(root, `${name}.duckdb`) }),
    dataset,
    workDir: path.join(root, 'work'),
  });
  /** One load; its reports, and the first failure. */
  async function load(source: unknown, options: LoadOptions = {}) {
    const { interval, incremental, firstStart, now = '2030-01-01T00:00:00Z', ...more } = options;
    const { info, causes } = await loadResources(made, {
      source: source as Source,
      range: {
        mode: incremental === true ? 'incremental' : 'interval',
        interval: interval && { start: instant(interval[0]), end: instant(interval[1]) },
        now,
        start: firstStart,
      },
      log: silent,
      ...more,
    });
    return { resources: info.resources, error: causes[0] };
  }
  return {
    root,
    pipeline: made,
    load,
    /** As `load`, where nothing may fail; rows by resource. */
    async loaded(source: unknown, options: LoadOptions = {}): Promise<Record<string, number>> {
      const { resources, error } = await load(source, options);
      if (error !== undefined) throw error;
      return Object.fromEntries(resources.map(({ resource, rows }) => [resource, rows]));
    },
    query: <R extends object = Row>(sql: string): Promise<R[]> => made.dataset().sql<R>(sql).toArray(),
    async close(): Promise<void> {
      await made.close();
      rmSync(root, { recursive: true, force: true });
    },
  };
}

export type Target = ReturnType<typeof makeTarget>;

/** A day of March 2024. */
export const march = (day: number): string => `2024-03-${String(day).padStart(2, '0')}`;
