import type { Dataset, QueryOptions } from '../destination';
import { isTidemarkError, TidemarkError } from '../errors';
import { makeRelation, type Query, type Relation, type Row, type SqlNames, textOf } from './relation';

/**
 * A dataset, to read back what was loaded: tables, their rows, SQL. Reading changes nothing and creates nothing. The
 * database is opened with the first look and let go by itself when it was idle for two seconds, with `close`, at the end
 * of an `await using`, or when its pipeline is closed.
 */
export interface DatasetReader extends AsyncDisposable {
  /** The dataset's name: the schema in the database. */
  readonly name: string;
  /** Where it lies: the path of the file. */
  readonly location: string;
  /**
   * Names of its tables and views, child tables too, as they are written in the database, by name; those that dlt and tidemark
   * keep their books in are left out.
   */
  tables(): Promise<readonly string[]>;
  /** How many rows each of {@link tables} has. */
  rowCounts(): Promise<Readonly<Record<string, number>>>;
  /**
   * A table by its name in the dataset; `R` says what its rows are. That there is one is known when it is read.
   * @example const orders = await p.dataset().table<{ id: number }>('orders').toArray();
   */
  table<R extends object = Row>(name: string): Relation<R>;
  /**
   * The result of one statement that only reads (SELECT, EXPLAIN, DESCRIBE, SHOW), with the dataset as the default schema; each
   * `?` takes a parameter. It reaches no files of the machine unless `files` says so.
   * @example await p.dataset().sql('SELECT count(*) AS n FROM orders WHERE total > ?', [100]).toArray()
   */
  sql<R extends object = Row>(sql: string, params?: readonly unknown[], options?: QueryOptions): Relation<R>;
  close(): Promise<void>;
}

/** What a reader is of; `open` is called with the first look. */
interface ReaderOptions {
  readonly name: string;
  readonly location: string;
  readonly open: () => Promise<Dataset>;
}

/** Makes a reader; nothing is opened. */
export function makeDatasetReader({ name, location, open }: ReaderOptions): DatasetReader {
  let opened: Promise<Dataset> | undefined;

  async function* run({ sql, params, files }: Query): ReturnType<Dataset['stream']> {
    opened ??= open();
    const dataset = await opened;
    yield* dataset.stream(textOf({ sql }, dataset), params, { files });
  }

  async function* readTable(table: string, query: Query): ReturnType<Dataset['stream']> {
    try {
      yield* run(query);
    } catch (error) {
      if (!isTidemarkError(error, 'QUERY_FAILED')) throw error;
      const known = await tables();
      if (known.some((one) => one.toLowerCase() === table.toLowerCase())) throw error;
      const have =
        known.length === 0 ? 'has no tables yet' : `has ${known.map((one) => `"${one}"`).join(', ')}`;
      throw new TidemarkError(
        'QUERY_FAILED',
        `There is no table "${table}": the dataset "${name}" ${have}.`,
        {
          cause: error,
          details: { table, tables: known },
        },
      );
    }
  }

  async function tables(): Promise<string[]> {
    opened ??= open();
    const names = [...(await (await opened).relations())];
    return names.filter((one) => !one.startsWith('_dlt_') && !one.startsWith('_tidemark_')).sort();
  }

  const reader: DatasetReader = {
    name,
    location,
    tables,
    async rowCounts() {
      const names = await tables();
      if (names.length === 0) return {};
      const sql = ({ qualify }: SqlNames): string =>
        names
          .map((table, place) => `SELECT ${place} AS place, count(*) AS n FROM ${qualify(table)}`)
          .join(' UNION ALL ');
      const counts = await makeRelation<{ place: number; n: number }>({ sql, params: [] }, run).toArray();
      const byPlace = new Map(counts.map(({ place, n }) => [place, Number(n)]));
      return Object.fromEntries(names.map((table, at) => [table, byPlace.get(at) ?? 0]));
    },
    table: (table) =>
      makeRelation({ sql: ({ qualify }) => `SELECT * FROM ${qualify(table)}`, params: [] }, (query) =>
        readTable(table, query),
      ),
    sql: (sql, params = [], { files } = {}) => makeRelation({ sql, params, files }, run),
    async close() {
      const dataset = opened;
      opened = undefined;
      await (await dataset)?.close();
    },
    [Symbol.asyncDispose]: () => reader.close(),
  };
  return reader;
}
