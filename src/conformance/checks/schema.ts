import { pipeline } from '../../pipeline';
import { resource } from '../../source';
import { Decimal } from '../../value';
import { type CheckKind, expectSame, rowsOf } from '../check';
import { commit, SOURCE } from '../load-package';
import { canonical } from '../match-tables';

const wide = (columns: number, id: number): Record<string, number> =>
  Object.fromEntries([['id', id], ...Array.from({ length: columns }, (_, at) => [`c${at}`, id * 1000 + at])]);

/** Two names that are alike but for their last letter, 63 letters long. */
const LONG = ['a', 'b'].map((end) => `n_${'long_name_'.repeat(6)}${end}`);

/** Tables and columns. */
export const schema: CheckKind = {
  kind: 'schema',
  checks: [
    {
      name: 'a column is added to a table with rows, which have null there',
      async run(place) {
        const dataset = await place.open();
        await commit(dataset, { resources: [{ rows: [{ id: 1 }] }] });
        const outcome = await commit(dataset, { resources: [{ rows: [{ id: 2, added: 'x' }] }] });
        expectSame('version of the schema', outcome.schemaVersion, 2);
        expectSame('rows', await rowsOf(dataset, 'SELECT id, added FROM items ORDER BY id'), [
          { id: 1, added: null },
          { id: 2, added: 'x' },
        ]);
      },
    },
    {
      name: 'a column of whole numbers takes fractions that come later',
      async run(place) {
        const dataset = await place.open();
        await commit(dataset, { resources: [{ rows: [{ id: 1, n: 7 }] }] });
        await commit(dataset, { resources: [{ rows: [{ id: 2, n: 1.5 }] }] });
        const found = await rowsOf(dataset, 'SELECT n FROM items ORDER BY id');
        expectSame(
          'values',
          found.map(({ n }) => canonical(n)),
          [7, 1.5].map(canonical),
        );
      },
    },
    {
      name: 'a column of whole numbers takes one of 38 digits that comes later, exactly',
      async run(place) {
        const dataset = await place.open();
        const big = 12_345_678_901_234_567_890_123_456_789_012_345_678n;
        await commit(dataset, { resources: [{ rows: [{ id: 1, n: 7 }] }] });
        await commit(dataset, {
          resources: [
            {
              rows: [
                { id: 2, n: big },
                { id: 3, n: -big },
              ],
            },
          ],
        });
        const [row = {}] = await rowsOf(dataset, 'SELECT * FROM items WHERE id = 2');
        // widened, or beside it in a variant column
        const name = ['n', 'n__v_decimal', 'n__v_wei'].find(
          (one) => row[one] !== undefined && row[one] !== null,
        );
        const found = await rowsOf(
          dataset,
          `SELECT ${dataset.quote(name ?? 'n')} AS n FROM items WHERE id > 1 ORDER BY id`,
        );
        expectSame(
          'values',
          found.map(({ n }) => canonical(n)),
          [big, -big].map(canonical),
        );
      },
    },
    {
      name: 'decimals of a declared precision and scale are exact',
      async run(place) {
        const dataset = await place.open();
        const columns = { price: { data_type: 'decimal', precision: 20, scale: 4 } } as const;
        const price = new Decimal('1234567890123456.7891');
        await commit(dataset, { resources: [{ rows: [{ id: 1, price }], hints: { columns } }] });
        const found = await rowsOf(dataset, 'SELECT price FROM items');
        expectSame('the value', canonical(found[0]?.['price']), canonical(price));
      },
    },
    {
      name: '130 columns, and ten more',
      async run(place) {
        const dataset = await place.open();
        await commit(dataset, { resources: [{ rows: [wide(130, 1)] }] });
        await commit(dataset, { resources: [{ rows: [wide(140, 2)] }] });
        const found = await rowsOf(dataset, 'SELECT id, c0, c129, c139 FROM items ORDER BY id');
        expectSame('rows', found, [
          { id: 1, c0: 1000, c129: 1129, c139: null },
          { id: 2, c0: 2000, c129: 2129, c139: 2139 },
        ]);
      },
    },
    {
      name: 'reserved words are names of tables and columns',
      async run(place) {
        const dataset = await place.open();
        await commit(dataset, {
          resources: [{ name: 'select', rows: [{ order: 1, group: 'x', table: true }] }],
        });
        const found = await rowsOf(
          dataset,
          `SELECT ${['order', 'group', 'table'].map((name) => dataset.quote(name)).join(', ')} FROM ${dataset.qualify('select')}`,
        );
        expectSame('rows', found, [{ order: 1, group: 'x', table: true }]);
      },
    },
    {
      name: 'names of 63 letters that differ in the last are two tables and two columns',
      async run({ destination, dataset, workDir, open }) {
        const tables = LONG.map((name, at) =>
          resource({ name, extract: () => [[{ [LONG[0]!]: at, [LONG[1]!]: at + 10 }]] }),
        );
        const into = pipeline({ name: 'p', destination, dataset, workDir });
        try {
          for (const one of tables) await into.run(one);
        } finally {
          await into.close();
        }
        const opened = await open();
        const names = [...(await opened.tables()).keys()].filter((name) => !name.startsWith('_')).sort();
        expectSame('tables', names.length, 2);
        for (const [at, name] of names.entries()) {
          const columns = ((await opened.tables()).get(name) ?? [])
            .filter((one) => one.startsWith('n_'))
            .sort();
          expectSame(`columns of ${name}`, columns.length, 2);
          const [row] = await rowsOf(
            opened,
            `SELECT ${columns.map((column) => `r.${opened.quote(column)}`).join(', ')} FROM ${opened.qualify(name)} AS r`,
          );
          expectSame(`the row of ${name}`, Object.values(row ?? {}), [at, at + 10]);
        }
      },
    },
    {
      name: 'the schema that is stored names the tables and columns that are there',
      async run(place) {
        const dataset = await place.open();
        await commit(dataset, { resources: [{ rows: [{ id: 1, 'Odd Name': 2, list: [{ deep: [1] }] }] }] });
        const stored = (await (await place.open()).snapshot(SOURCE)).schema?.tables ?? {};
        const data = [...(await dataset.tables())].filter(([name]) => !/^_(dlt|tidemark)_/.test(name));
        expectSame('tables', data.map(([name]) => name).sort(), [
          'items',
          'items__list',
          'items__list__deep',
        ]);
        for (const [name, columns] of data)
          expectSame(
            `columns of ${name}`,
            [...columns].sort(),
            Object.keys(stored[name]?.columns ?? {}).sort(),
          );
      },
    },
  ],
};
