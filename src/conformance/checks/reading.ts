import type { Dataset } from '../../destination';
import { type CheckKind, expectFailure, expectSame, type Place, rowsOf } from '../check';
import { commit, SOURCE } from '../load-package';

async function withRows(place: Place, count: number): Promise<Dataset> {
  const dataset = await place.open();
  await commit(dataset, {
    resources: [{ rows: Array.from({ length: count }, (_, id) => ({ id, v: `v${id}` })) }],
  });
  return dataset;
}

const WRITES = [
  "INSERT INTO items (id, _dlt_load_id, _dlt_id) VALUES (9, 'x', 'x')",
  'UPDATE items SET id = 9',
  'DELETE FROM items',
  'DROP TABLE items',
  'CREATE TABLE made (a INTEGER)',
  'ALTER TABLE items ADD COLUMN made INTEGER',
];

/** A user's SQL. */
export const query: CheckKind = {
  kind: 'query',
  checks: [
    {
      name: 'the dataset is the default schema, ? are parameters, columns come in the order of the query',
      async run(place) {
        const dataset = await withRows(place, 3);
        const found = await dataset.query('SELECT v, id FROM items WHERE id > ? AND v <> ? ORDER BY id', [
          0,
          'v2',
        ]);
        expectSame('rows', found.rows, [{ v: 'v1', id: 1 }]);
        expectSame(
          'columns',
          found.columns.map(({ name }) => name),
          ['v', 'id'],
        );
      },
    },
    {
      name: 'a ? within a text or a quoted name is no parameter',
      async run(place) {
        const dataset = await withRows(place, 1);
        const name = dataset.quote('t?');
        const sql = `SELECT '?' AS a, ${name}.v AS b FROM items AS ${name} WHERE ${name}.id = ?`;
        expectSame('rows', await rowsOf(dataset, sql, [0]), [{ a: '?', b: 'v0' }]);
      },
    },
    {
      name: 'a statement that writes is refused and changes nothing',
      async run(place) {
        const dataset = await withRows(place, 2);
        const relations = [...(await dataset.relations())].sort();
        for (const sql of WRITES) await expectFailure(sql, dataset.query(sql), 'QUERY_FAILED');
        // one of two statements may be read alone; the second must not be run
        await dataset.query('SELECT 1 AS one; DELETE FROM items').catch(() => undefined);
        expectSame('rows', await rowsOf(dataset, 'SELECT id FROM items ORDER BY id'), [{ id: 0 }, { id: 1 }]);
        expectSame('tables and views', [...(await dataset.relations())].sort(), relations);
        await commit(dataset, { resources: [{ rows: [{ id: 2, v: 'after' }] }] });
        expectSame('rows after a load', (await rowsOf(dataset, 'SELECT id FROM items')).length, 3);
      },
    },
    {
      name: 'SQL that is wrong fails as QUERY_FAILED, and the next query is answered',
      async run(place) {
        const dataset = await withRows(place, 1);
        await expectFailure('no SQL', dataset.query('SELEKT 1'), 'QUERY_FAILED');
        await expectFailure('an unknown table', dataset.query('SELECT * FROM nowhere'), 'QUERY_FAILED');
        expectSame('rows', await rowsOf(dataset, 'SELECT id FROM items'), [{ id: 0 }]);
      },
    },
  ],
};

/** Results while they are made. */
export const stream: CheckKind = {
  kind: 'stream',
  checks: [
    {
      name: 'its chunks are the rows of the query, in order',
      async run(place) {
        const dataset = await withRows(place, 5000);
        const ids: unknown[] = [];
        for await (const chunk of dataset.stream('SELECT id FROM items WHERE id >= ? ORDER BY id', [1]))
          for (const { id } of chunk.toRows()) ids.push(id);
        expectSame(
          'ids',
          ids,
          Array.from({ length: 4999 }, (_, at) => at + 1),
        );
      },
    },
    {
      name: 'a result without rows has one chunk, with its columns',
      async run(place) {
        const dataset = await withRows(place, 1);
        const chunks = [];
        for await (const chunk of dataset.stream('SELECT id, v FROM items WHERE id < 0')) chunks.push(chunk);
        expectSame(
          'rows',
          chunks.flatMap((chunk) => chunk.toRows()),
          [],
        );
        expectSame(
          'columns',
          chunks[0]?.columns().map(({ name }) => name),
          ['id', 'v'],
        );
      },
    },
    {
      name: 'a reader that stops early lets loads go on',
      async run(place) {
        const dataset = await withRows(place, 5000);
        for await (const chunk of dataset.stream('SELECT id FROM items')) if (chunk.rows > 0) break;
        await commit(dataset, { resources: [{ rows: [{ id: -1 }] }] });
        expectSame('rows', await rowsOf(dataset, 'SELECT count(*) AS n FROM items'), [{ n: 5001 }]);
      },
    },
    {
      name: 'a statement that writes is refused',
      async run(place) {
        const dataset = await withRows(place, 1);
        await expectFailure('DELETE', dataset.stream('DELETE FROM items').next(), 'QUERY_FAILED');
        expectSame('rows', await rowsOf(dataset, 'SELECT id FROM items'), [{ id: 0 }]);
      },
    },
  ],
};

/** What is there, and what isn't. */
export const reading: CheckKind = {
  kind: 'reading',
  checks: [
    {
      name: 'reading a dataset that is not there gives nothing and makes nothing',
      async run(place) {
        const files = await place.files();
        const dataset = await place.open();
        const range = { start: '2024-01-01T00:00:00Z', end: '2024-01-02T00:00:00Z' };
        for (const round of ['at first', 'once more']) {
          const { schema, state, generations, lastLoadId, datasetId } = await dataset.snapshot(SOURCE);
          expectSame(
            `snapshot ${round}`,
            [schema, state, generations, lastLoadId, datasetId],
            [...[undefined, undefined, {}, undefined, undefined]],
          );
          expectSame(`findLoad ${round}`, await dataset.findLoad('k'), undefined);
          expectSame(`ledger ${round}`, await dataset.ledger(), []);
          const { covered } = await dataset.coverage({ source: SOURCE, resource: 'items', ...range });
          expectSame(`coverage ${round}`, covered, []);
          expectSame(`tables ${round}`, [...(await dataset.tables())], []);
          expectSame(`relations ${round}`, await dataset.relations(), []);
        }
        await expectFailure('a query', dataset.query('SELECT * FROM items'), 'QUERY_FAILED');
        expectSame('files in the folder', await place.files(), files);
        expectSame('tables and views of it, opened anew', await (await place.open()).relations(), []);
      },
    },
    {
      name: 'tables and their columns are listed, and what they hold is seen by who opens the dataset anew',
      async run(place) {
        const dataset = await withRows(place, 2);
        for (const opened of [dataset, await place.open()]) {
          const columns = (await opened.tables()).get('items') ?? [];
          expectSame('columns', [...columns].sort(), ['_dlt_id', '_dlt_load_id', 'id', 'v']);
          expectSame('relations', (await opened.relations()).includes('items'), true);
          expectSame('rows', (await rowsOf(opened, 'SELECT id FROM items')).length, 2);
        }
      },
    },
    {
      name: 'two datasets of one destination do not see each other',
      async run({ destination, dataset, workDir, open }) {
        const one = await open();
        const two = await destination.open({ pipeline: 'p', dataset: `${dataset}_b`, workDir });
        try {
          await commit(one, { resources: [{ rows: [{ id: 1 }] }] });
          expectSame('tables of the other', [...(await two.tables()).keys()], []);
          await commit(two, { resources: [{ rows: [{ id: 2 }] }] });
          expectSame('rows of the one', await rowsOf(one, 'SELECT id FROM items'), [{ id: 1 }]);
          expectSame('rows of the other', await rowsOf(two, 'SELECT id FROM items'), [{ id: 2 }]);
        } finally {
          await two.close();
        }
      },
    },
  ],
};

/** The end of a dataset object. */
export const closing: CheckKind = {
  kind: 'closing',
  checks: [
    {
      name: 'work that has begun is ended first, closing twice is closing once, and a closed dataset takes no work',
      async run(place) {
        const dataset = await place.open();
        const load = commit(dataset, { resources: [{ rows: [{ id: 1 }] }] });
        await load;
        const claimed = dataset.claim([{ loadKey: 'k', workflowId: 'w', runId: 'r', attempt: 1 }]);
        await Promise.all([dataset.close(), dataset.close()]);
        await claimed;
        await expectFailure('a query of it', dataset.query('SELECT 1 AS one'));
        await expectFailure('a commit to it', commit(dataset, { resources: [{ rows: [{ id: 2 }] }] }));
        const again = await place.open();
        expectSame('rows', await rowsOf(again, 'SELECT id FROM items'), [{ id: 1 }]);
      },
    },
    {
      name: 'closing one of two leaves the other open',
      async run(place) {
        const [one, two] = [await place.open(), await place.open()];
        await commit(one, { resources: [{ rows: [{ id: 1 }] }] });
        await one.close();
        await commit(two, { resources: [{ rows: [{ id: 2 }] }] });
        expectSame('rows', (await rowsOf(two, 'SELECT id FROM items')).length, 2);
      },
    },
  ],
};
