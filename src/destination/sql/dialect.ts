import type { ColumnSchema } from '../../schema';
import { quoteIdentifier } from '../../value';
import type { CreateTable, TypeRules } from '../commit';

/** How a database writes what differs from one SQL to the next; {@link standardSql} has what most share. */
export interface Dialect extends Pick<TypeRules, 'dataType' | 'widenedType'> {
  /** A quoted identifier. */
  quote(name: string): string;
  /** A text as a literal. @default in single quotes, which are doubled within */
  literal?(text: string): string;
  /** A table of the dataset, qualified. */
  table(name: string): string;
  /** The type of a column that is to be made. */
  columnType(column: ColumnSchema): string;
  /**
   * The statement that makes a table of the dataset, for a database that takes hints of how: which columns partition it, which it is
   * clustered by. @default one of its columns and their types
   */
  readonly createTable?: ((change: CreateTable) => string) | undefined;
  /** How a column of a table that is to be made keeps its values, where the database had better not choose; '' otherwise. */
  columnStorage(column: ColumnSchema): string;
  /** A text expression as an instant; equal instants compare as equal, whatever their texts. */
  instant(expression: string): string;
  /** A text expression as a date. */
  date(expression: string): string;
  boolean(value: boolean): string;
  /** An expression to order by, with nulls after all values. */
  nullsLast(expression: string, order: 'asc' | 'desc'): string;
  /** A value by which a window is partitioned, where its type can't be as it is. @default as it is */
  partitionKey?(expression: string, column: ColumnSchema): string;
  /** Empties a table, where that is cheaper than to delete its rows; how many went isn't told. @default rows are deleted */
  truncate?(table: string): string;
  /** How many rows fulfil a condition, in a query that counts. */
  countWhere(condition: string): string;
  /**
   * Makes a temporary table of the rows of a query, without constraints. Only its connection sees it, and it is gone after
   * the transaction: by the statement itself, or because the driver sees to it.
   */
  createTemporary(name: string, query: string): string;
  /** Where records of loads are found by the indexes of `indexRecords`. @default their tables are read as a whole */
  readonly byIndex?: ByIndex | undefined;
}

/** How records are asked for so that an index finds them, however many loads a dataset has had. */
export interface ByIndex {
  /**
   * A condition on two columns of instants, the start of a range and its end: that there is one, and that it touches the range
   * from one parameter to another, each of which may be null for no bound. Both parameters come in this order.
   */
  touching(start: string, end: string): string;
}

/** A dialect with all that has a default. */
export interface BoundDialect extends Dialect {
  literal(text: string): string;
}

const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`;

const bound = new WeakMap<Dialect, BoundDialect>();

/** A dialect whose members can be taken off it, as statements do: it may be an instance of a class. */
export function boundDialect(dialect: Dialect): BoundDialect {
  const known = bound.get(dialect);
  if (known !== undefined) return known;
  const made: BoundDialect = {
    quote: (name) => dialect.quote(name),
    literal: (text) => dialect.literal?.(text) ?? quoted(text),
    table: (name) => dialect.table(name),
    columnType: (column) => dialect.columnType(column),
    columnStorage: (column) => dialect.columnStorage(column),
    dataType: (actual) => dialect.dataType(actual),
    widenedType: (actual, column) => dialect.widenedType(actual, column),
    instant: (expression) => dialect.instant(expression),
    date: (expression) => dialect.date(expression),
    boolean: (value) => dialect.boolean(value),
    nullsLast: (expression, order) => dialect.nullsLast(expression, order),
    partitionKey: (expression, column) => dialect.partitionKey?.(expression, column) ?? expression,
    countWhere: (condition) => dialect.countWhere(condition),
    createTemporary: (name, query) => dialect.createTemporary(name, query),
    createTable: dialect.createTable && ((change) => dialect.createTable!(change)),
    byIndex: dialect.byIndex,
  };
  if (dialect.truncate !== undefined) made.truncate = (table) => dialect.truncate!(table);
  bound.set(dialect, made);
  return made;
}

/** What most databases write alike. */
export const standardSql: Pick<
  Dialect,
  'quote' | 'columnStorage' | 'date' | 'boolean' | 'nullsLast' | 'countWhere' | 'createTemporary'
> = {
  quote: quoteIdentifier,
  columnStorage: () => '',
  date: (expression) => `CAST(${expression} AS DATE)`,
  boolean: (value) => String(value),
  nullsLast: (expression, order) => `${expression} ${order === 'desc' ? 'DESC' : 'ASC'} NULLS LAST`,
  countWhere: (condition) => `count(*) FILTER (WHERE ${condition})`,
  createTemporary: (name, query) => `CREATE TEMP TABLE ${quoteIdentifier(name)} AS ${query}`,
};
