import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createNormalizer, type NormalizeResult, type ResourceHints, readChunk } from '../../src/normalize';
import { newSchema, type StoredSchema } from '../../src/schema';

export type Row = Record<string, unknown>;

/** The rows of every table as loads leave them behind, each with the number of its load in `_load`. */
export type Tables = Record<string, Row[]>;

export interface Loaded {
  readonly result: NormalizeResult;
  readonly tables: Tables;
}

export const plainHints: ResourceHints = {
  name: 'items',
  writeDisposition: 'append',
  rootKey: false,
  incrementalColumns: [],
};

let folder: string | undefined;

export function spillFolder(): string {
  folder ??= mkdtempSync(join(tmpdir(), 'tidemark-normalize-'));
  return folder;
}

/** Normalizes pages as one load and reads back what was staged. */
export async function loadPages(
  pages: readonly (readonly unknown[])[],
  hints: Partial<ResourceHints> = {},
  options: { schema?: StoredSchema; budgetBytes?: number; load?: number } = {},
): Promise<Loaded> {
  const normalizer = createNormalizer({
    resource: { ...plainHints, ...hints },
    schema: options.schema ?? newSchema('test'),
    spillDir: spillFolder(),
    budgetBytes: options.budgetBytes,
  });
  try {
    for (const page of pages) await normalizer.write(page);
    const result = await normalizer.finish();
    const tables: Tables = {};
    for (const { name } of result.staged.tables) {
      const rows: Row[] = [];
      for await (const chunk of result.staged.chunks(name)) rows.push(...readChunk(chunk));
      tables[name] = rows.map((row) => ({ ...row, _load: options.load ?? 0 }));
    }
    return { result, tables };
  } finally {
    await normalizer.abort();
  }
}

/** The columns of a table with their types, as `id:bigint!` (not null). Columns without a type don't exist yet. */
export function columnsOf(schema: StoredSchema, table: string): string[] {
  return Object.values(schema.tables[table]?.columns ?? {})
    .filter((column) => column.data_type !== undefined)
    .map((column) => `${column.name}:${column.data_type}${column.nullable === false ? '!' : ''}`);
}
