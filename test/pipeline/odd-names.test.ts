import fc from 'fast-check';
import { incremental, LoadFailedError } from '../../src';
import { freshPlace, temporaryFolder } from './harness';
import { resource, sourceOf } from './sources';

const folder = temporaryFolder();

/** Names that every object has, as what it inherits. */
const INHERITED = Object.getOwnPropertyNames(Object.prototype);
const inherited = fc.constantFrom(...INHERITED);

const codeOf = async (run: Promise<unknown>): Promise<string | undefined> => {
  const error = await run.catch((failure: unknown) => failure);
  return error instanceof LoadFailedError ? error.failures[0]?.code : (error as { code?: string }).code;
};

describe('names of Object.prototype', () => {
  test('as resource, table, cursor, key, column and state key load what any other name loads, run after run', async () => {
    await fc.assert(
      fc.asyncProperty(
        inherited,
        inherited,
        inherited,
        fc.constantFrom('append', 'merge', 'upsert'),
        async (name, cursor, stateKey, how) => {
          const place = freshPlace(folder);
          const seen: unknown[] = [];
          const items = (values: readonly number[]) =>
            resource({
              name,
              primaryKey: 'id',
              writeDisposition:
                how === 'upsert' ? { disposition: 'merge', strategy: 'upsert' } : (how as 'append'),
              incremental: {
                [cursor]: incremental<number>({ cursor: `$['${cursor}']`, initialValue: 0 }),
              },
              async *extract({ state, sourceState }) {
                seen.push(Object.hasOwn(state, stateKey) ? state[stateKey] : undefined);
                Object.defineProperty(state, stateKey, {
                  value: { runs: [...values] },
                  enumerable: true,
                  configurable: true,
                  writable: true,
                });
                if (stateKey !== 'resources') sourceState['last'] = values.at(-1) ?? null;
                yield values.map((value) =>
                  Object.fromEntries([
                    ['id', value],
                    [cursor, value],
                    ['list', [{ [stateKey]: value }]],
                  ]),
                );
              },
            });
          const load = (values: readonly number[]) =>
            place.pipeline().run(sourceOf(name === '__proto__' ? 'proto' : name, [items(values)]));
          const first = await load([1, 2]);
          const second = await load([2, 3]);
          const third = await load([]);
          expect(seen).toEqual([undefined, { runs: [1, 2] }, { runs: [2, 3] }]);
          expect([first, second, third].map(({ resources }) => resources[0]?.rows)).toEqual([2, 1, 0]);
          const [table] = await place.values(
            "SELECT table_name FROM information_schema.tables WHERE table_schema = 'data' AND table_name NOT LIKE '\\_%' ESCAPE '\\' AND table_name NOT LIKE '%\\_\\_list' ESCAPE '\\'",
          );
          const rows = await place.read(`SELECT * FROM data."${String(table)}" ORDER BY id`);
          expect(rows.map((row) => Object.values(row).map(Number).slice(0, 2))).toEqual([
            [1, 1],
            [2, 2],
            [3, 3],
          ]);
          const nested = await place.read(`SELECT * FROM data."${String(table)}__list"`);
          expect(nested.map((row) => Number(Object.values(row)[0])).sort()).toEqual([1, 2, 3]);
        },
      ),
      { numRuns: 25, seed: 12 },
    );
  });

  test('a value under __proto__ is a value', async () => {
    const place = freshPlace(folder);
    const page = JSON.parse(
      '[{"id":1,"__proto__":{"x":1}},{"id":2,"__proto__":5,"n":12345678901234567890}]',
    ) as object[];
    await place.pipeline().run(page, { tableName: 't' });
    expect(
      await place.read(
        'SELECT id::INT AS id, proto__x::INT AS x, proto::INT AS proto FROM data.t ORDER BY id',
      ),
    ).toEqual([
      { id: 1, x: 1, proto: null },
      { id: 2, x: null, proto: 5 },
    ]);
  });
});

describe('tables of dlt and tidemark', () => {
  const RESERVED = [
    '_tidemark_intervals',
    '_Tidemark_Claims',
    '_TIDEMARK_DATASET',
    '_dlt_pipeline_state',
    '_DLT_loads',
    '_dltVersion',
    ' _dlt_version',
    '_tidemark-intervals',
  ];

  test.each(RESERVED)('%j is refused when a resource is defined', (name) => {
    const made = (options: { name: string; tableName?: string }) => () =>
      resource({ ...options, extract: () => [] });
    expect(made({ name })).toThrow(expect.objectContaining({ code: 'IDENTIFIER_INVALID' }));
    expect(made({ name: 'a', tableName: name })).toThrow(/begin with "_(dlt|tidemark_)" are kept/);
  });

  test.each(RESERVED)('%j out of data is refused, and nothing is written', async (type) => {
    const place = freshPlace(folder);
    const events = resource({
      name: 'events',
      tableName: (row: { type: string }) => row.type,
      extract: () => [[{ type: 'ok' }, { type }]],
    });
    const run = place.pipeline().run(sourceOf('shop', [events]));
    expect(await codeOf(run)).toBe('IDENTIFIER_INVALID');
    expect(
      await place.values("SELECT count(*) FROM information_schema.tables WHERE table_name = 'ok'"),
    ).toEqual([0]);
    expect(await codeOf(place.pipeline().run([{ id: 1 }], { tableName: type }))).toBe('IDENTIFIER_INVALID');
  });
});
