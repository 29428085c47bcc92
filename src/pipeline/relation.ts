import { type Dataset, joinColumn, type ResultChunk, type ResultColumn, rowTaken } from '../destination';

/** A row of a result by column name. */
export type Row = Readonly<Record<string, unknown>>;

/** A whole result, or a part of it, by column. */
export interface ColumnTable {
  /** Rows. */
  readonly length: number;
  readonly columns: readonly ResultColumn[];
  /** @throws RangeError for a column that isn't there, naming those that are */
  column(name: string): ResultColumn;
}

/**
 * What can be read: a table, or the result of SQL. Nothing is read before it is asked for, and it can be read again.
 *
 * Values of rows: integers are numbers, beyond 2^53 bigint; instants `Timestamp` (microseconds), days `PlainDate`, times of
 * day `PlainTime`, decimals `Decimal`, blobs `Uint8Array`; JSON columns are their text. Null where there is none.
 *
 * @example
 * for await (const order of p.dataset().table('orders')) console.log(order.id);
 * const { length, column } = await p.dataset().table('orders').select('total').toColumns();
 */
export interface Relation<R extends object = Row> extends AsyncIterable<R> {
  /** All rows. For more than memory holds, iterate, or take {@link batches}. @throws QUERY_FAILED */
  toArray(): Promise<R[]>;
  /** All rows by column, numbers in typed arrays. @throws QUERY_FAILED */
  toColumns(): Promise<ColumnTable>;
  /** The same in parts of some thousand rows, for more than memory holds; at least one comes. @throws QUERY_FAILED */
  batches(): AsyncGenerator<ColumnTable, void, void>;
  /** How many rows there are. @throws QUERY_FAILED */
  count(): Promise<number>;
  /** Only these columns, in this order. */
  select<K extends keyof R & string>(...columns: readonly K[]): Relation<Pick<R, K>>;
  /** At most so many rows. */
  limit(rows: number): Relation<R>;
}

/** How a destination's SQL writes names. */
export type SqlNames = Pick<Dataset, 'quote' | 'qualify'>;

export const textOf = ({ sql }: Pick<Query, 'sql'>, names: SqlNames): string =>
  typeof sql === 'string' ? sql : sql(names);

/** A statement with its parameters. */
export interface Query {
  /** How it is written may be the destination's. */
  readonly sql: string | ((names: SqlNames) => string);
  readonly params: readonly unknown[];
  /** Whether it may read files of the machine. */
  readonly files?: boolean | undefined;
}

/** Runs a statement and gives its result in chunks. */
type RunQuery = (query: Query) => AsyncIterable<ResultChunk>;

function tableOf(chunks: readonly ResultChunk[]): ColumnTable {
  const parts = chunks.map((chunk) => chunk.columns());
  const columns = (parts[0] ?? []).map((_, index) => joinColumn(parts.map((part) => part[index]!)));
  return {
    length: chunks.reduce((sum, { rows }) => sum + rows, 0),
    columns,
    column(name) {
      const found = columns.find((column) => column.name === name);
      if (found !== undefined) return found;
      const known = columns.map((column) => `"${column.name}"`).join(', ');
      throw new RangeError(`There is no column "${name}"; there are ${known}.`);
    },
  };
}

/** A relation over a statement that only reads. */
export function makeRelation<R extends object = Row>(query: Query, run: RunQuery): Relation<R> {
  // A statement that ends in a semicolon can't be a part of another one.
  const inner = (names: SqlNames): string => textOf(query, names).replace(/[;\s]+$/, '');
  const around = (head: (names: SqlNames) => string, tail = ''): Query => ({
    sql: (names) => `${head(names)} FROM (${inner(names)}\n) AS _r${tail}`,
    params: query.params,
    files: query.files,
  });
  async function* rows(): AsyncGenerator<R, void, void> {
    for await (const chunk of run(query)) {
      const taken = rowTaken(chunk);
      for (const row of chunk.toRows()) {
        yield row as R;
        taken();
      }
    }
  }
  return {
    [Symbol.asyncIterator]: rows,
    async toArray() {
      const all: R[] = [];
      for await (const chunk of run(query)) for (const row of chunk.toRows()) all.push(row as R);
      return all;
    },
    async toColumns() {
      const chunks: ResultChunk[] = [];
      for await (const chunk of run(query)) chunks.push(chunk);
      return tableOf(chunks);
    },
    async *batches() {
      for await (const chunk of run(query)) yield tableOf([chunk]);
    },
    async count() {
      for await (const chunk of run(around(() => 'SELECT count(*) AS n')))
        for (const row of chunk.toRows()) return Number(row['n']);
      return 0;
    },
    select: (...columns) =>
      makeRelation(
        around((names) => `SELECT ${columns.map((column) => names.quote(column)).join(', ')}`),
        run,
      ),
    limit: (count) =>
      makeRelation(
        around(() => 'SELECT *', ` LIMIT ${wholeNumber(count)}`),
        run,
      ),
  };
}

function wholeNumber(count: number): number {
  if (Number.isSafeInteger(count) && count >= 0) return count;
  throw new RangeError(`"${count}" is not a valid number of rows; limit takes a whole number from 0 on.`);
}
