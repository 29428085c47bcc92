import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { decode } from '../../src/conformance';
import { type ErrorCode, isTidemarkError } from '../../src/errors';
import type { ColumnHint, ResourceHints } from '../../src/normalize';
import { columnsWith, newSchema, normalizePath, type StoredSchema } from '../../src/schema';
import { ROOT } from '../root';
import { loadPages, type Tables } from './load-rows';
import { treesOfIds, treesOfNumbers } from './trees';

interface Case {
  readonly id: string;
  readonly input: {
    readonly resource: {
      readonly name: string;
      readonly primary_key: string | readonly string[] | null;
      readonly write_disposition: 'append' | 'replace' | 'merge';
      readonly max_table_nesting: number | null;
      readonly columns: Record<string, ColumnHint> | null;
      readonly root_key?: boolean;
    };
    readonly runs: readonly { readonly rows: readonly unknown[] }[];
  };
  readonly expect: {
    readonly tables?: Record<
      string,
      {
        readonly columns: Record<string, { data_type: string; nullable: boolean }>;
        readonly rows: Tables[string];
      }
    >;
    readonly error?: string;
    readonly error_in_run?: number;
  };
}

const cases = JSON.parse(
  readFileSync(join(ROOT, 'test/conformance/cases/normalize.json'), 'utf8'),
) as readonly Case[];
const CODES: Readonly<Record<string, ErrorCode>> = {
  UnboundColumnException: 'COLUMN_UNBOUND',
  CannotCoerceNullException: 'NULL_IN_NOT_NULL',
  DatabaseTerminalException: 'NULL_IN_NOT_NULL',
};

function hintsOf({ resource }: Case['input']): ResourceHints {
  const key = resource.primary_key ?? undefined;
  return {
    name: resource.name,
    writeDisposition: resource.write_disposition,
    primaryKey: typeof key === 'string' ? [key] : key,
    maxTableNesting: resource.max_table_nesting ?? undefined,
    columns: resource.columns ?? undefined,
    schemaContract: { names: 'discard_value' },
    rootKey: resource.root_key ?? false,
    incrementalColumns: [],
  };
}

/** Loads all runs one after the other; `replace` and `merge` by full replacement, which is what the cases need. */
async function loadRuns(item: Case): Promise<{ schema: StoredSchema; tables: Tables }> {
  const hints = hintsOf(item.input);
  let schema = newSchema('test');
  let tables: Tables = {};
  for (const [load, run] of item.input.runs.entries()) {
    const { result, tables: staged } = await loadPages([decode(run.rows) as unknown[]], hints, {
      schema,
      load,
    });
    schema = result.schema;
    if (hints.writeDisposition === 'replace') tables = {};
    for (const [name, rows] of Object.entries(staged)) tables[name] = [...(tables[name] ?? []), ...rows];
  }
  return { schema, tables };
}

describe('rows become the tables that dlt makes of them', () => {
  test.each(cases.map((item) => [item.id, item] as const))('%s', async (_, item) => {
    const expected = item.expect.tables;
    if (expected === undefined) {
      const error = await loadRuns(item).catch((failure: unknown) => failure);
      expect(isTidemarkError(error, CODES[item.expect.error ?? ''])).toBe(true);
      return;
    }
    const { schema, tables } = await loadRuns(item);
    const own = Object.values(schema.tables).filter((table) => !table.name.startsWith('_dlt'));
    const columns = own.map((table) => [
      table.name,
      Object.fromEntries(
        Object.values(table.columns)
          .filter((column) => column.data_type !== undefined)
          .map(({ name, data_type, nullable }) => [name, { data_type, nullable: nullable ?? true }]),
      ),
    ]);
    expect(Object.fromEntries(columns)).toEqual(
      Object.fromEntries(Object.entries(expected).map(([name, table]) => [name, table.columns])),
    );
    const parents = Object.fromEntries(own.map((table) => [table.name, table.parent ?? '']));
    const rows = Object.fromEntries(
      Object.entries(expected).map(([name, table]) => [name, decode(table.rows) as Tables[string]]),
    );
    const root = normalizePath(item.input.resource.name);
    expect(treesOfIds(tables, root)).toEqual(treesOfNumbers(rows, parents, root));
    for (const [name, table] of Object.entries(rows)) expect(tables[name] ?? []).toHaveLength(table.length);
    checkRootKeys(schema, tables, root);
  });
});

function checkRootKeys(schema: StoredSchema, tables: Tables, root: string): void {
  const roots = new Set((tables[root] ?? []).map((row) => row._dlt_id));
  for (const [name, rows] of Object.entries(tables)) {
    const table = schema.tables[name];
    if (table === undefined || columnsWith(table, 'root_key').length === 0) continue;
    for (const row of rows) expect(roots).toContain(row._dlt_root_id);
  }
}
