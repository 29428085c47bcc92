import path from 'node:path';
import webhooks from '@octokit/webhooks-examples';
import { type Dataset, duckdb } from '../../src/destination';
import { MemoryBound, memoryFor } from '../../src/destination/duckdb/memory-bound';
import { pipeline } from '../../src/pipeline';
import { resource } from '../../src/source';
import { commit, freshDataset, type Resource, rowsOf, temporaryFolder } from './harness';

const folder = temporaryFolder();

type Kind = 'numbers' | 'texts';
type How = 'append' | 'replace' | 'merge' | 'upsert' | 'scd2';

const HOW: Readonly<Record<How, Partial<Resource>>> = {
  append: { disposition: 'append' },
  replace: { disposition: 'replace' },
  merge: { disposition: 'merge', primaryKey: ['id'] },
  upsert: { disposition: 'merge', strategy: 'upsert', primaryKey: ['id'] },
  scd2: { disposition: 'merge', strategy: 'scd2' },
};

function rowsOfWidth(columns: number, count: number, { round, kind }: { round: number; kind: Kind }) {
  return Array.from({ length: count }, (_, id) => {
    const row: Record<string, unknown> = { id };
    for (let column = 0; column < columns; column += 1)
      row[`c${column}`] =
        kind === 'numbers' ? id * columns + column + round : `row ${id} column ${column} round ${round}`;
    return row;
  });
}

/** How often the work of commits was tried. */
function countTries(): { tries: number } {
  const counted = { tries: 0 };
  const { around } = MemoryBound.prototype;
  jest.spyOn(MemoryBound.prototype, 'around').mockImplementation(function (this: MemoryBound, link, bounded) {
    const work: typeof bounded.work = (on) => {
      counted.tries += 1;
      return bounded.work(on);
    };
    return around.call(this, link, { ...bounded, work }) as never;
  });
  return counted;
}

afterEach(() => jest.restoreAllMocks());

describe('wide tables', () => {
  test('a commit of few columns is given no more memory than before, one of many what its columns take', () => {
    const mib = (columns: number, bytes = 0): number => memoryFor({ columns, bytes }) / 1024 / 1024;
    expect(mib(10)).toBe(64);
    expect(mib(48, 2 ** 40)).toBe(64);
    expect(mib(1000)).toBe(1064);
    expect(mib(1000, 100 * 1024 * 1024)).toBe(1364);
    expect(mib(1000, 2 ** 40)).toBe(1064 + 768);
  });

  test.each<[columns: number, rows: number, how: How, loads: number, tables: number, kind: Kind]>([
    [10, 30_000, 'append', 2, 1, 'numbers'],
    [130, 3000, 'append', 3, 1, 'numbers'],
    [240, 3000, 'append', 3, 1, 'numbers'],
    [240, 3000, 'replace', 2, 1, 'texts'],
    [240, 300, 'upsert', 2, 1, 'numbers'],
    [100, 5000, 'append', 2, 1, 'texts'],
    [60, 10_000, 'append', 2, 1, 'numbers'],
    [1000, 1, 'append', 3, 1, 'texts'],
    [1000, 1, 'scd2', 2, 1, 'texts'],
    [2000, 1, 'merge', 2, 1, 'numbers'],
    [400, 3000, 'merge', 2, 1, 'numbers'],
    [20, 1, 'append', 2, 88, 'texts'],
  ])(
    '%i columns × %i rows, %s, %i loads of %i tables of %s: all load at the first try',
    async (columns, count, how, loads, tables, kind) => {
      const counted = countTries();
      const dataset = await freshDataset(folder);
      for (let round = 0; round < loads; round += 1) {
        // a new column on the way
        const rows = rowsOfWidth(columns + round, count, { round, kind });
        const resources = Array.from({ length: tables }, (_, table) => ({
          name: `t${table}`,
          rows,
          ...HOW[how],
        }));
        await commit(dataset, { resources });
      }
      expect(counted.tries).toBe(loads);
      await expectLoaded(dataset, { columns, count, how, loads, tables, kind });
      await dataset.close();
    },
  );
});

interface Loaded {
  readonly columns: number;
  readonly count: number;
  readonly how: How;
  readonly loads: number;
  readonly tables: number;
  readonly kind: Kind;
}

async function expectLoaded(
  dataset: Dataset,
  { columns, count, how, loads, tables, kind }: Loaded,
): Promise<void> {
  const keeps = how === 'append' || how === 'scd2';
  const last = rowsOfWidth(columns + loads - 1, count, { round: loads - 1, kind }).at(-1)!;
  const name = `c${columns + loads - 2}`;
  for (const table of [`t0`, `t${tables - 1}`]) {
    expect(await rowsOf(dataset, `SELECT count(*) AS n, count(${name}) AS new FROM ${table}`)).toEqual([
      { n: keeps ? count * loads : count, new: count },
    ]);
    const sql = `SELECT id, c0, ${name} FROM ${table} WHERE ${name} IS NOT NULL AND id = ${count - 1}`;
    expect(await rowsOf(dataset, sql)).toEqual([{ id: last.id, c0: last.c0, [name]: last[name] }]);
  }
}

test('webhook payloads by type, 123 tables with 11,824 columns: loaded twice, read back', async () => {
  const counted = countTries();
  const payloads = webhooks.flatMap(({ name, examples }) =>
    examples.map((payload: unknown) => ({ type: name, payload })),
  );
  const hooks = resource({
    name: 'hooks',
    tableName: (row: { type: string }) => row.type,
    async *extract() {
      yield payloads;
    },
  });
  const file = path.join(folder, 'hooks.duckdb');
  await using p = pipeline({ name: 'hooks', destination: duckdb({ path: file }), workDir: folder });
  for (let load = 0; load < 2; load += 1) await p.run(hooks);
  expect(counted.tries).toBe(2);
  const dataset = p.dataset();
  const tables = await dataset.tables();
  expect(tables).toHaveLength(123);
  const [columns] = await dataset
    .sql("SELECT count(*)::INTEGER AS n FROM duckdb_columns() WHERE NOT starts_with(table_name, '_')")
    .toArray();
  expect(columns).toEqual({ n: 11_824 });
  const counts = await dataset.rowCounts();
  for (const { name, examples } of webhooks) expect(counts[name]).toBe(2 * examples.length);
  const pushes = payloads
    .filter(({ type }) => type === 'push')
    .map(({ payload }) => (payload as { after: string }).after);
  const stored = await dataset.sql('SELECT payload__after AS sha FROM push').toArray();
  expect(stored.map(({ sha }) => sha).sort()).toEqual([...pushes, ...pushes].sort());
});
