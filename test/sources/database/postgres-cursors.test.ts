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

  test('a domain over a domain counts as what it is made of, as cursor and as value', async () => {
    await server.sql('CREATE DOMAIN shop.moment AS timestamptz');
    await server.sql("CREATE DOMAIN shop.later AS shop.moment CHECK (VALUE > '2000-01-01Z')");
    await server.sql('CREATE DOMAIN shop.price AS numeric(12, 2)');
    await server.sql('CREATE DOMAIN shop.fair AS shop.price');
    await server.sql('CREATE DOMAIN shop.fairest AS shop.fair CHECK (VALUE > 0)');
    await server.sql('CREATE TABLE shop.t (id int PRIMARY KEY, at shop.later NOT NULL, total shop.fairest)');
    await server.sql("INSERT INTO shop.t VALUES (1, '2024-03-01Z', 1.25), (2, '2024-03-02Z', 2.5)");
    const t = source({ name: 't', cursor: 'at' });
    expect(await into.loaded(t, { interval: [march(1), march(2)] })).toEqual({ t: 1 });
    expect(await into.query('SELECT typeof(total) AS type, total::TEXT AS total FROM t')).toEqual([
      { type: 'DECIMAL(12,2)', total: '1.25' },
    ]);
  });

  test.each([
    ['timestamptz', 'infinity', 'datetime', "'2024-03-05Z'"],
    ['timestamp', '-infinity', 'datetime', "'2024-03-05'"],
    ['timestamptz', '0044-03-15 12:00:00+00 BC', 'datetime', "'2024-03-05Z'"],
    ['timestamp', '12024-03-05 00:00:00', 'datetime', "'2024-03-05'"],
    ['date', 'infinity', 'date', "'2024-03-05'"],
    ['date', '0044-03-15 BC', 'date', "'2024-03-05'"],
    ['numeric', 'NaN', 'integer', '5'],
    ['numeric', 'Infinity', 'unix', '5'],
    ['double precision', 'NaN', 'unixFloat', '5.5'],
    ['double precision', '-Infinity', 'unixFloat', '5.5'],
  ] as const)(
    'a %s of %s as cursor names the row and the condition that leaves it out',
    async (type, odd, cursorType, usual) => {
      await server.sql(`CREATE TABLE shop.t (id int PRIMARY KEY, "the c" ${type} NOT NULL)`);
      await server.sql(`INSERT INTO shop.t VALUES (1, ${usual}), (7, '${odd}')`);
      const t = { name: 't', cursor: 'the c', cursorType } as const;
      const { error } = await into.load(source(t), { incremental: true });
      expect(error).toMatchObject({ code: 'CURSOR_COERCION', retryable: false });
      expect(String(error)).toContain(`cursor "the c" is "${odd}" (id = "7"), which lies in no interval.`);
      const where = JSON.parse(/where: (".*")$/m.exec((error as Error).message)![1]!) as string;
      expect(await into.loaded(source({ ...t, where }), { incremental: true })).toEqual({ t: 1 });
    },
  );
});
