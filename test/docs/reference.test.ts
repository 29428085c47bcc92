import path from 'node:path';
import { duckdb, pipeline } from '../../src';
import { configSchema } from '../../src/config/config-schema';
import { ERROR_CODES } from '../../src/errors';
import { LEDGER_TABLE, ledgerTable } from '../../src/ledger/table';
import { loadsTable, stateTable, versionTable } from '../../src/schema/system-tables';
import { temporaryFolder } from '../temporary-folder';
import { parsePage } from './markdown';
import { readPages } from './pages';
import { sectionsOf, tableOf } from './sections';

const textOf = (name: string): string =>
  readPages().find((page) => page.name === `docs/reference/${name}`)!.text;

/** The options of a zod object, by the name of the section that has them. */
interface Shaped {
  readonly shape?: Readonly<Record<string, unknown>>;
  readonly def?: {
    readonly type: string;
    readonly innerType?: unknown;
    readonly element?: unknown;
    readonly options?: readonly unknown[];
  };
}

/** The keys of an object, through optional, a list, or a choice in which one is an object. */
function keysOf(schema: unknown): readonly string[] | undefined {
  const { shape, def } = schema as Shaped;
  if (shape !== undefined) return Object.keys(shape);
  for (const inner of [def?.innerType, def?.element, ...(def?.options ?? [])])
    if (inner !== undefined) {
      const keys = keysOf(inner);
      if (keys !== undefined) return keys;
    }
  return undefined;
}

const at = (schema: unknown, ...path: readonly string[]): unknown =>
  path.reduce<unknown>((found, key) => fieldOf(found, key), schema);

function fieldOf(schema: unknown, key: string): unknown {
  const { shape, def } = schema as Shaped;
  if (shape !== undefined) return shape[key];
  const inner = [def?.innerType, def?.element, ...(def?.options ?? [])].find(
    (one) => one !== undefined && keysOf(one) !== undefined,
  );
  return fieldOf(inner, key);
}

describe('docs/reference/config.md', () => {
  const sections = sectionsOf(textOf('config.md'));
  const shared = keysOf(at(configSchema, 'defaults'))!;
  const entry = keysOf(at(configSchema, 'pipelines'))!;

  test.each([
    ['config', keysOf(configSchema)],
    ['temporal', keysOf(at(configSchema, 'temporal'))],
    ['temporal.tls', keysOf(at(configSchema, 'temporal', 'tls'))],
    ['temporal.worker', keysOf(at(configSchema, 'temporal', 'worker'))],
    ['defaults', shared],
    ['pipelines', entry.filter((key) => !shared.includes(key))],
    ['schedule', keysOf(at(configSchema, 'pipelines', 'schedule'))],
  ])('has the options of %s, and no other', (name, keys) => {
    expect(tableOf(sections.get(name)!).map(([option]) => option)).toEqual(keys);
  });

  test('an entry takes what defaults take', () => {
    expect(entry).toEqual(expect.arrayContaining([...shared]));
  });
});

describe('docs/reference/errors.md', () => {
  const sections = sectionsOf(textOf('errors.md'), 3);

  test('has each code once, in the order of the code', () => {
    expect([...sections.keys()]).toEqual(Object.keys(ERROR_CODES));
  });

  test('says of each whether it is tried again, and a cure', () => {
    const said = [...sections].map(([code, text]) => [
      code,
      text.includes('*Tried again.*'),
      /\*\*Cure:\*\* \S/.test(text),
    ]);
    expect(said).toEqual(Object.entries(ERROR_CODES).map(([code, { retryable }]) => [code, retryable, true]));
  });
});

describe('docs/reference/tables.md', () => {
  const folder = temporaryFolder('tables');
  const sections = sectionsOf(textOf('tables.md'));

  test.each([
    [LEDGER_TABLE, ledgerTable()],
    ['_dlt_loads', loadsTable()],
    ['_dlt_version', versionTable()],
    ['_dlt_pipeline_state', stateTable()],
  ])('has the columns of %s with their types', (name, { columns }) => {
    const shown = tableOf(sections.get(name)!).map(([column, type]) => [column, type]);
    expect(shown).toEqual(Object.values(columns).map((column) => [column.name, column.data_type]));
  });

  test('has the tables of a dataset, and SQL that it takes', async () => {
    await using p = pipeline({
      ...{ name: 'tickets', dataset: 'tickets_data', workDir: path.join(folder, 'work') },
      destination: duckdb({ path: path.join(folder, 'tickets.duckdb') }),
    });
    await p.run([{ id: 1, tags: ['new', 'urgent'] }], { tableName: 'tickets', primaryKey: 'id' });
    const text = textOf('tables.md');
    const reader = p.dataset();
    const tables = await reader
      .sql("SELECT table_name FROM information_schema.tables WHERE starts_with(table_name, '_')")
      .toArray();
    const names = tables.map((row) => String(row['table_name']));
    expect(names).toEqual(expect.arrayContaining([LEDGER_TABLE, '_dlt_loads']));
    expect(names.filter((name) => !text.includes(name))).toEqual([]);
    const queries = parsePage(text).blocks.filter(({ language }) => language === 'sql');
    const [tags, ledger] = await Promise.all(
      queries.map(({ text: sql }) => reader.sql(sql.replace(/;\s*$/, '')).toArray()),
    );
    expect(tags).toEqual([
      { id: 1, tag: 'new' },
      { id: 1, tag: 'urgent' },
    ]);
    expect(ledger).toMatchObject([{ resource: 'tickets', loads: 1, rows: 1 }]);
  });
});
