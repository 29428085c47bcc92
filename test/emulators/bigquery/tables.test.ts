import { type BigQueryFake, startBigQuery } from './index';
import { LOCATION, type Rest, type RestError, restOf } from './rest';
import type { Table } from './rest-types';

let fake: BigQueryFake;
let rest: Rest;

beforeEach(async () => {
  fake = await startBigQuery({ projectId: 'p' });
  rest = restOf(fake);
  await rest.call('POST', '/datasets', { datasetReference: { datasetId: 'd' }, location: LOCATION });
});

afterEach(async () => {
  rest.close();
  await fake.close();
});

describe('datasets and tables', () => {
  test('a dataset is made once, found, and deleted', async () => {
    const again = await rest.call<RestError>('POST', '/datasets', { datasetReference: { datasetId: 'd' } });
    expect([again.status, again.body.error.errors[0]?.reason]).toEqual([409, 'duplicate']);
    expect((await rest.call<{ location: string }>('GET', '/datasets/d')).body.location).toBe('EU');
    await rest.query('CREATE TABLE d.t (a INT64)');
    expect((await rest.call('DELETE', '/datasets/d')).status).toBe(400);
    expect((await rest.call('DELETE', '/datasets/d?deleteContents=true')).status).toBe(204);
    expect((await rest.call('GET', '/datasets/d')).status).toBe(404);
  });

  test('a table has what it was made with, by the API and by SQL', async () => {
    const table = {
      tableReference: { projectId: 'p', datasetId: 'd', tableId: 'stage' },
      expirationTime: String(Date.now() + 3_600_000),
      labels: { load: 'x' },
      schema: {
        fields: [
          { name: 'r0', type: 'RECORD', fields: [{ name: 'n', type: 'INT64', mode: 'REQUIRED' }] },
          { name: 'w', type: 'BIGNUMERIC', precision: '48', scale: '10' },
        ],
      },
    };
    const { status, body } = await rest.call<Table>('POST', '/datasets/d/tables', table);
    expect(status).toBe(200);
    expect(body).toMatchObject({
      expirationTime: table.expirationTime,
      labels: table.labels,
      numRows: '0',
      schema: {
        fields: [
          {
            name: 'r0',
            type: 'RECORD',
            mode: 'NULLABLE',
            fields: [{ name: 'n', type: 'INTEGER', mode: 'REQUIRED' }],
          },
          { name: 'w', type: 'BIGNUMERIC', precision: '48', scale: '10' },
        ],
      },
    });
    await rest.query(
      "CREATE TABLE d.made (seen TIMESTAMP NOT NULL, k STRING(10) OPTIONS(description='key')) PARTITION BY TIMESTAMP_TRUNC(seen, MONTH) CLUSTER BY k" +
        " OPTIONS(description='what', labels=[('a','b')], partition_expiration_days=2, expiration_timestamp=TIMESTAMP '2100-01-01T00:00:00Z')",
    );
    const { body: made } = await rest.call<Table>('GET', '/datasets/d/tables/made');
    expect(made).toMatchObject({
      description: 'what',
      labels: { a: 'b' },
      timePartitioning: { type: 'MONTH', field: 'seen', expirationMs: '172800000' },
      clustering: { fields: ['k'] },
      expirationTime: '4102444800000',
      schema: {
        fields: [
          { name: 'seen', type: 'TIMESTAMP', mode: 'REQUIRED' },
          { name: 'k', type: 'STRING', mode: 'NULLABLE', maxLength: '10', description: 'key' },
        ],
      },
    });
  });

  test('tables are listed in pages, and told apart by case', async () => {
    for (const name of ['Orders', 'orders', 'z']) await rest.query(`CREATE TABLE d.${name} (a INT64)`);
    await rest.query('INSERT INTO d.orders (a) VALUES (5)');
    expect(await fake.sql('SELECT count(*) AS n FROM d.Orders')).toEqual([{ n: '0' }]);
    type List = { tables: { tableReference: { tableId: string } }[]; nextPageToken?: string };
    const first = await rest.call<List>('GET', '/datasets/d/tables?maxResults=2');
    const second = await rest.call<List>(
      'GET',
      `/datasets/d/tables?maxResults=2&pageToken=${first.body.nextPageToken}`,
    );
    const names = [...first.body.tables, ...second.body.tables].map((table) => table.tableReference.tableId);
    expect(names).toEqual(['Orders', 'orders', 'z']);
    expect(second.body.nextPageToken).toBeUndefined();
  });

  test('a list has 50 tables a page, unless more are asked for', async () => {
    await rest.query(Array.from({ length: 51 }, (_, n) => `CREATE TABLE d.t${n} (a INT64);`).join(' '));
    type List = { tables: unknown[]; nextPageToken?: string };
    const { body } = await rest.call<List>('GET', '/datasets/d/tables');
    expect([body.tables.length, body.nextPageToken]).toEqual([50, '50']);
    expect((await rest.call<List>('GET', '/datasets/d/tables?maxResults=100')).body.tables).toHaveLength(51);
  });

  test('a table that has expired is gone', async () => {
    const schema = { fields: [{ name: 'a', type: 'INT64' }] };
    const expirationTime = String(Date.now() + 60_000);
    await rest.call('POST', '/datasets/d/tables', {
      tableReference: { tableId: 't' },
      expirationTime,
      schema,
    });
    expect((await rest.call('GET', '/datasets/d/tables/t')).status).toBe(200);
    const later = Date.now() + 61_000;
    const clock = jest.spyOn(Date, 'now').mockImplementation(() => later);
    try {
      expect((await rest.call('GET', '/datasets/d/tables/t')).status).toBe(404);
      const { error } = await rest.query('SELECT a FROM d.t');
      expect(error).toBe('notFound: Not found: Table p:d.t');
      expect((await rest.query('CREATE TABLE d.t (b INT64)')).error).toBeUndefined();
    } finally {
      clock.mockRestore();
    }
  });

  test('columns are added and relaxed by tables.patch, not taken away', async () => {
    await rest.query('CREATE TABLE d.t (a INT64 NOT NULL)');
    const patch = (fields: object[]): ReturnType<Rest['call']> =>
      rest.call('PATCH', '/datasets/d/tables/t', { schema: { fields } });
    expect((await patch([{ name: 'b', type: 'STRING' }])).status).toBe(400);
    expect(
      (
        await patch([
          { name: 'a', type: 'INT64', mode: 'NULLABLE' },
          { name: 'b', type: 'STRING' },
        ])
      ).status,
    ).toBe(200);
    expect((await rest.query("INSERT INTO d.t (b) VALUES ('x')")).error).toBeUndefined();
  });
});
