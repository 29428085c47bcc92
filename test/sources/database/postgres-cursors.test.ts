import { march } from '../target';
import { into, makeOrders, server, source } from './shop';

describe('cursors of Postgres tables', () => {
  test('identifiers are quoted, whatever they hold', async () => {
    await server.sql(
      'CREATE TABLE shop."Odd ""table""; --" ("Select" int PRIMARY KEY, "at ""it""" date NOT NULL)',
    );
    await server.sql(`INSERT INTO shop."Odd ""table""; --" VALUES (1, '2024-03-01')`);
    const odd = source({ name: 'Odd "table"; --', as: 'odd', cursor: 'at "it"', cursorType: 'date' });
    expect(await into.loaded(odd, { interval: [march(1), march(2)] })).toEqual({ odd: 1 });
  });

  test.each([
    ['a date', 'date', "'2024-03-05'", "'2024-03-09'", 'date'],
    ['a running number', 'bigint', '9007199254740993', '9007199254740995', 'integer'],
    ['a numeric', 'numeric', '5.5', '6.25', 'integer'],
    ['a text, by code point', 'text', "'B'", "'a'", 'text'],
    ['a timestamp without a zone', 'timestamp', "'2024-03-05 12:00'", "'2024-03-05 12:00:00.5'", 'datetime'],
    [
      'a uuid',
      'uuid',
      "'00000000-0000-0000-0000-00000000000a'",
      "'00000000-0000-0000-0000-0000000000ff'",
      'text',
    ],
  ] as const)('the cursor may be %s', async (_, type, first, second, cursorType) => {
    await server.sql(`CREATE TABLE shop.t (id int PRIMARY KEY, c ${type} NOT NULL)`);
    await server.sql(`INSERT INTO shop.t VALUES (1, ${first})`);
    const table = source({ name: 't', cursor: 'c', cursorType });
    expect(await into.loaded(table, { incremental: true })).toEqual({ t: 1 });
    await server.sql(`INSERT INTO shop.t VALUES (2, ${second}), (3, ${first})`);
    expect(await into.loaded(table, { incremental: true })).toEqual({ t: 2 });
    expect(await into.loaded(table, { incremental: true })).toEqual({ t: 0 });
  });

  test('views are tables too, with a key that is told', async () => {
    await makeOrders();
    await server.sql("CREATE VIEW shop.early AS SELECT * FROM shop.orders WHERE updated_at < '2024-03-02Z'");
    const early = source({ name: 'early', cursor: 'updated_at', primaryKey: 'id' });
    expect(await into.loaded(early, { incremental: true })).toEqual({ early: 100 });
  });

  test('rows without a cursor value fail the load, or come, or stay away, as told', async () => {
    await server.sql('CREATE TABLE shop.t (id int PRIMARY KEY, at timestamptz)');
    await server.sql("INSERT INTO shop.t VALUES (1, '2024-03-01Z'), (2, NULL)");
    const t = { name: 't', cursor: 'at' };
    const { error } = await into.load(source(t), { incremental: true });
    expect(error).toMatchObject({ code: 'CURSOR_VALUE_NULL' });
    expect(await into.loaded(source({ ...t, cursorNulls: 'exclude' }), { incremental: true })).toEqual({
      t: 1,
    });
    expect(await into.loaded(source({ ...t, cursorNulls: 'include' }), { incremental: true })).toEqual({
      t: 1,
    });
    expect(await into.query('SELECT id FROM t ORDER BY id')).toEqual([{ id: 1 }, { id: 2 }]);
  });
});
