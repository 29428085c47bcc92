import { type BigQueryTableOptions, type ColumnHint, resource } from '../../src';
import { engineHints } from '../../src/source';

interface Options {
  readonly bigquery?: BigQueryTableOptions;
  readonly columns?: Readonly<Record<string, ColumnHint>>;
}

const made = (options: Options) => resource({ ...options, name: 'events', extract: () => [[]] });

const errorOf = (work: () => unknown): unknown => {
  try {
    return work();
  } catch (error) {
    return error;
  }
};

const failure = (code: string, message: string) =>
  expect.objectContaining({ code, message: expect.stringContaining(message) });

const partition = { partition: true } as const;
const cluster = { cluster: true } as const;

describe('what BigQuery can’t do is refused where it is written', () => {
  test.each<[unknown, string]>([
    [
      { bigquery: { partitions: 'day' } },
      '"bigquery.partitions" is not an option. Did you mean "partition"?',
    ],
    [{ bigquery: { partition: ['a', 'b'] } }, '"["a","b"]" is not a valid bigquery.partition; write a text'],
    [{ bigquery: { partition: { column: 'id', start: 0 } } }, '"bigquery.partition.end" is missing'],
    [
      { bigquery: { partition: { column: 'id', start: 0, end: 10, interval: 0 } } },
      '"0" is not a valid bigquery.partition.interval; write a whole number from 1 on',
    ],
    [{ bigquery: { cluster: [1] } }, '"1" is not a valid bigquery.cluster[0]'],
    [{ bigquery: { tableExpiration: '2031-02-30' } }, '"2031-02-30" is not a valid bigquery.tableExpiration'],
    [{ bigquery: { partitionExpirationDays: 0.5 } }, '"0.5" is not a valid bigquery.partitionExpirationDays'],
    [{ bigquery: { tableDescription: 7 } }, '"7" is not a valid bigquery.tableDescription; write a text'],
    [
      { columns: { a: { partition: 'day' } } },
      '"day" is not a valid columns.a.partition; write true or false',
    ],
  ])('%j', (options, message) => {
    expect(errorOf(() => made(options as Options))).toEqual(failure('CONFIG_INVALID', message));
  });

  test.each<[Options, string]>([
    [
      { columns: { a: partition, b: partition } },
      'by "a", "b", and BigQuery partitions a table by one column; leave "partition" out of the others',
    ],
    [{ columns: { a: partition }, bigquery: { partition: 'b' } }, 'by "a", "b", and BigQuery partitions'],
    [
      { columns: { a: partition }, bigquery: { partition: { column: 'b', start: 0, end: 9 } } },
      'by "a", "b", and BigQuery partitions',
    ],
    [
      { columns: { a: partition }, bigquery: { partition: { column: 'a', start: 0, end: 9 } } },
      'by "a" in two ways; leave "partition" out of its column hint',
    ],
    [{ bigquery: { partition: { column: 'a', start: 9, end: 9 } } }, 'from 9 to 9, which is no range'],
    [
      { bigquery: { cluster: ['a', 'b', 'c', 'd', 'e'] } },
      'by 5 columns, "a", "b", "c", "d", "e", and BigQuery takes 4; leave out the last ones',
    ],
    [{ columns: { a: cluster, b: cluster, c: cluster, d: cluster, e: cluster } }, 'by 5 columns'],
    [{ bigquery: { cluster: ['a', 'a'] } }, 'by "a" twice; name each column once'],
    [
      { bigquery: { partitionExpirationDays: 3 } },
      'has "bigquery.partitionExpirationDays" 3 and no partitions; name the column',
    ],
    [
      { bigquery: { partition: { column: 'a', start: 0, end: 9 }, partitionExpirationDays: 3 } },
      "a range of numbers, which don't expire",
    ],
    [{ bigquery: { roundHalfEven: 'a', roundHalfAwayFromZero: ['b', 'a'] } }, 'to round "a" in two ways'],
  ])('%j', (options, message) => {
    const refused = failure('RESOURCE_INVALID', message);
    expect(errorOf(() => made(options))).toEqual(refused);
    expect(errorOf(() => made({}).with(options))).toEqual(refused);
  });

  test('what `with` adds is judged with what was there', () => {
    const by = made({ columns: { a: partition } });
    expect(errorOf(() => by.with({ bigquery: { partition: 'b' } }))).toEqual(
      failure('RESOURCE_INVALID', 'by "a", "b"'),
    );
    expect(by.with({ bigquery: { partitionExpirationDays: 3 } }).definition.settings.bigquery).toEqual({
      partitionExpirationDays: 3,
    });
  });
});

describe('hints as dlt stores them', () => {
  const source = { rootKey: false, maxTableNesting: undefined, schemaContract: undefined };
  const hints = (options: Options) => engineHints(made(options).definition, { source });

  test('column hints have dlt’s names', () => {
    expect(hints({ columns: { a: partition, b: cluster } }).columns).toEqual({ a: partition, b: cluster });
  });

  test('a range is dlt’s template, its width 1 by default', () => {
    expect(
      hints({ bigquery: { partition: { column: 'Id', start: -10, end: 10 } } }).bigquery?.partition,
    ).toEqual({
      column: 'Id',
      template: 'RANGE_BUCKET({column_name}, GENERATE_ARRAY(-10, 10, 1))',
    });
  });

  test.each([
    ['2031-01-31', '2031-01-31T00:00:00+00:00'],
    ['2031-01-31T06:30', '2031-01-31T06:30:00+00:00'],
    ['2031-01-31T06:30:00.250Z', '2031-01-31T06:30:00.250+00:00'],
    ['2031-01-31T00:30:00+02:00', '2031-01-30T22:30:00+00:00'],
  ])('an expiration %s is %s', (tableExpiration, stored) => {
    expect(hints({ bigquery: { tableExpiration } }).bigquery?.tableExpiration).toBe(stored);
  });

  test('without options there are none', () => {
    expect(hints({}).bigquery).toBeUndefined();
  });
});
