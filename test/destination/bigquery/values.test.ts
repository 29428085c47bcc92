import type { Dataset } from '../../../src/destination';
import { jsonLines } from '../../../src/destination/bigquery/json-lines';
import { encodeColumn } from '../../../src/normalize';
import { asProcess, newPrefix } from '../../bigquery/destinations';
import { purposesOf } from '../../bigquery/jobs';
import { type BigQueryFake, startBigQuery } from '../../emulators/bigquery';
import { commit, type Load, packageOf, rowsOf, temporaryFolder } from '../harness';

let fake: BigQueryFake;
const folder = temporaryFolder();

beforeAll(async () => {
  fake = await startBigQuery();
});
afterAll(() => fake.close());

const open = (): Promise<Dataset> =>
  asProcess(fake, { prefix: newPrefix() }).open({ pipeline: 'p', dataset: 'data', workDir: folder });

/** Runs a test with a new dataset. */
async function withDataset(work: (dataset: Dataset) => Promise<void>): Promise<void> {
  const dataset = await open();
  await work(dataset);
  await dataset.close();
}

/** Commits what is refused before any job is made. */
const refused = async (load: Omit<Load, 'key'>, error: object): Promise<void> =>
  withDataset(async (dataset) => {
    const given = await packageOf(dataset, load);
    const made = await purposesOf(fake, () => expect(dataset.commit(given)).rejects.toMatchObject(error));
    expect(made).toEqual([]);
    expect(await dataset.relations()).toEqual([]);
  });

const typesOf = async (dataset: Dataset, table: string): Promise<unknown> =>
  Object.fromEntries(
    (
      await rowsOf(
        dataset,
        `SELECT column_name, data_type FROM INFORMATION_SCHEMA.COLUMNS WHERE table_name = '${table}' AND NOT STARTS_WITH(column_name, '_')`,
      )
    ).map((row) => Object.values(row as object)),
  );

describe('values', () => {
  test('whole numbers of 64 bits are exact', () =>
    withDataset(async (dataset) => {
      const numbers = [2n ** 63n - 1n, -(2n ** 63n), 2n ** 53n + 1n, 0n];
      await commit(dataset, { resources: [{ rows: numbers.map((n, id) => ({ id, n })) }] });
      expect(await typesOf(dataset, 'items')).toEqual({ id: 'INT64', n: 'INT64' });
      expect(await rowsOf(dataset, 'SELECT CAST(n AS STRING) AS n FROM items ORDER BY id')).toEqual(
        numbers.map((n) => ({ n: String(n) })),
      );
    }));

  test('decimals are NUMERIC where that holds them, and BIGNUMERIC beyond, to the last digit', () =>
    withDataset(async (dataset) => {
      const row = {
        numeric: '12345678901234567890123456789.123456789',
        fine: '0.00000000000000000000000000000000000001',
        wei: 10n ** 38n - 1n,
      };
      const columns = {
        numeric: { data_type: 'decimal' },
        fine: { data_type: 'decimal', precision: 38, scale: 38 },
        wei: { data_type: 'wei' },
      } as const;
      await commit(dataset, { resources: [{ rows: [row], hints: { columns } }] });
      expect(await typesOf(dataset, 'items')).toEqual({
        numeric: 'NUMERIC(38, 9)',
        fine: 'BIGNUMERIC(38, 38)',
        wei: 'BIGNUMERIC',
      });
      const [found] = (await rowsOf(dataset, 'SELECT numeric, fine, wei FROM items')) as Record<
        string,
        unknown
      >[];
      expect(Object.entries(found!).map(([name, value]) => [name, String(value)])).toEqual([
        ['numeric', row.numeric],
        ['fine', row.fine],
        ['wei', String(row.wei)],
      ]);
    }));

  test('JSON is a JSON column, with what is in it as it was', () =>
    withDataset(async (dataset) => {
      const odd = {
        list: [1, 'ü', null, 1.5, true],
        deep: { 'a b': 'it\'s \\ "x"' },
        great: 9_223_372_036_854_775_807n,
      };
      const columns = { odd: { data_type: 'json' } } as const;
      await commit(dataset, { resources: [{ rows: [{ id: 1, odd }], hints: { columns } }] });
      expect(await typesOf(dataset, 'items')).toMatchObject({ odd: 'JSON' });
      const [row] = await rowsOf(dataset, "SELECT odd, JSON_VALUE(odd, '$.great') AS great FROM items");
      const { odd: text, great } = row as { odd: string; great: string };
      expect(great).toBe('9223372036854775807');
      expect(JSON.parse(text)).toEqual({ ...odd, great: Number(odd.great) });
    }));

  test('instants are kept to the microsecond, from the first year to the last', () =>
    withDataset(async (dataset) => {
      const instants = [
        '0001-01-01T00:00:00.000001Z',
        '1969-12-31T23:59:59.999999Z',
        '2024-02-29T12:00:00.123456Z',
        '9999-12-31T23:59:59.999999Z',
      ];
      await commit(dataset, { resources: [{ rows: instants.map((seen, id) => ({ id, seen })) }] });
      expect(await typesOf(dataset, 'items')).toMatchObject({ seen: 'TIMESTAMP' });
      const rows = (await rowsOf(dataset, 'SELECT seen FROM items ORDER BY id')) as { seen: unknown }[];
      expect(rows.map(({ seen }) => String(seen))).toEqual(instants);
    }));
});

describe('what BigQuery does not take is refused before any job of its rows', () => {
  test('a value of more than 10 MB: its column, table and row', () =>
    refused(
      {
        resources: [
          {
            rows: [
              { id: 1, _dlt_id: 'small' },
              { id: 2, _dlt_id: 'great', long: 'y'.repeat(10 * 2 ** 20) },
            ],
          },
        ],
      },
      {
        code: 'ROW_INVALID',
        retryable: false,
        message: expect.stringMatching(
          /^The value in column "long" of table "items" \(row "\S+"\) has 10485762 bytes, and BigQuery takes 10 MB of a value\. Nothing was written\./,
        ),
      },
    ));

  test('a row of more than 100 MB: its table and row', () => {
    const text = 'z'.repeat(10_000_000);
    const columns = Array.from(
      { length: 11 },
      (_, at) => encodeColumn(`c${at}`, { type: 'text', values: [text] }, 1)!,
    );
    const id = encodeColumn('_dlt_id', { type: 'text', values: ['the-row'] }, 1)!;
    const lines = jsonLines({ table: 'items', rows: 1, columns: [...columns, id] }, 'r0');
    expect(() => [...lines]).toThrow(
      expect.objectContaining({
        code: 'ROW_INVALID',
        message: expect.stringMatching(
          /^A row of table "items" \(row "the-row"\) has 11\d{7} bytes, and BigQuery takes 100 MB of a row\./,
        ),
      }),
    );
  });

  test('a load of more tables than a transaction may change', () =>
    refused(
      { resources: Array.from({ length: 95 }, (_, at) => ({ name: `t${at}`, rows: [{ id: 1 }] })) },
      {
        code: 'DESTINATION_REFUSED',
        retryable: false,
        message: expect.stringMatching(
          /writes 95 tables, and BigQuery changes 100 in one transaction.*Load fewer resources together/,
        ),
        details: { tables: 95 },
      },
    ));

  test('as many as it may change are loaded', () =>
    withDataset(async (dataset) => {
      const resources = Array.from({ length: 94 }, (_, at) => ({ name: `t${at}`, rows: [{ id: at }] }));
      expect((await commit(dataset, { resources })).status).toBe('loaded');
      expect(await rowsOf(dataset, 'SELECT id FROM t93')).toEqual([{ id: 93 }]);
    }));

  test('more columns than a table may have', () =>
    refused(
      {
        resources: [
          { rows: [Object.fromEntries(Array.from({ length: 10_000 }, (_, at) => [`c${at}`, at]))] },
        ],
      },
      {
        code: 'DESTINATION_REFUSED',
        retryable: false,
        message: expect.stringMatching(
          /has 10003 columns .* the widest of which has 10002, and BigQuery takes 10000 at once/,
        ),
      },
    ));
});

describe('names', () => {
  test('that SQL reserves, and those as long as they may be', () =>
    withDataset(async (dataset) => {
      const long = 'n'.repeat(300);
      const row = { select: 1, order: 2, from: 3, all: 4, [long]: 5 };
      await commit(dataset, {
        resources: [
          { name: 'group', rows: [row] },
          { name: long, rows: [{ id: 1 }] },
        ],
      });
      expect(
        await rowsOf(dataset, `SELECT \`select\`, \`order\`, \`from\`, \`all\`, ${long} FROM \`group\``),
      ).toEqual([row]);
      expect(await rowsOf(dataset, `SELECT id FROM ${long}`)).toEqual([{ id: 1 }]);
    }));

  test('that are longer are shortened, and told apart', () =>
    withDataset(async (dataset) => {
      const [a, b] = ['a', 'b'].map((end) => `${'n'.repeat(301)}${end}`) as [string, string];
      await commit(dataset, { resources: [{ rows: [{ [a]: 1, [b]: 2 }] }] });
      const columns = (await dataset.tables()).get('items')!.filter((name) => name.startsWith('n'));
      expect(columns).toHaveLength(2);
      for (const name of columns) expect(name.length).toBeLessThanOrEqual(300);
      const [row] = await rowsOf(dataset, `SELECT ${columns.join(', ')} FROM items`);
      expect(Object.values(row as object).sort()).toEqual([1, 2]);
    }));

  test.each(['_table_suffix', '_PARTITIONTIME', '_file_name', '_row_timestamp'])(
    'that BigQuery keeps for itself are refused: %s',
    (name) =>
      refused(
        { resources: [{ rows: [{ id: 1, [name]: 1 }] }] },
        {
          code: 'IDENTIFIER_INVALID',
          retryable: false,
          message: expect.stringContaining('keeps names that begin with'),
        },
      ),
  );
});
