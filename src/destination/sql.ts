import type { TableChunk } from '../normalize';
import type { ColumnSchema } from '../schema';
import type { FactMemory } from './known-facts';

/** What may stand for a `?`. Instants are given as ISO text and cast by {@link Dialect.instant}. */
export type SqlParam = string | number | bigint | boolean | null;

/** One row of a result, values as {@link QueryResult} says. */
export type SqlRow = Readonly<Record<string, unknown>>;

/** How a destination writes what differs from one SQL to the next. */
export interface Dialect {
  /** A quoted identifier. */
  quote(name: string): string;
  /** A table of the dataset, qualified. */
  table(name: string): string;
  /** The type of a column that is to be made. */
  columnType(column: ColumnSchema): string;
  /** How a column of a table that is to be made keeps its values, where the database had better not choose; '' otherwise. */
  columnStorage(column: ColumnSchema): string;
  /** The type that an existing column must be given to hold the schema's; undefined if it can stay as it is. */
  widenedType(actual: string, column: ColumnSchema): string | undefined;
  /** A text expression as an instant. */
  instant(expression: string): string;
  /** The schema's type that holds a column of the database; undefined if there is none. */
  dataType(actual: string): ColumnSchema['data_type'];
}

/** Where chunks are appended. */
export interface AppendTarget {
  /** A table of the dataset, or one that {@link SqlSession.stage} made, by the name that was given. */
  readonly table: string;
  readonly temporary: boolean;
  /** Values of columns that the chunks don't list; what is in neither is null. */
  readonly constants: Readonly<Record<string, string | null>>;
}

/** A column as the database has it. */
export interface ActualColumn {
  readonly name: string;
  readonly type: string;
  readonly nullable: boolean;
}

/** The dataset's tables as the database has them, by name; columns in their order. */
export type ActualTables = ReadonlyMap<string, readonly ActualColumn[]>;

/**
 * One connection to a destination: the little that the commit sequence needs of it. A table that is made with `stage`
 * is seen by this session only, and gone after the transaction.
 */
export interface SqlSession {
  readonly dialect: Dialect;
  readonly facts: FactMemory;
  begin(): Promise<void>;
  commit(): Promise<void>;
  rollback(): Promise<void>;
  rows(sql: string, params?: readonly SqlParam[]): Promise<readonly SqlRow[]>;
  /** @returns how many rows were changed */
  run(sql: string, params?: readonly SqlParam[]): Promise<number>;
  tables(): Promise<ActualTables>;
  createDataset(): Promise<void>;
  /** Makes a temporary table of the rows of a query, without constraints; gives its name as SQL. */
  stage(name: string, query: string, params?: readonly SqlParam[]): Promise<string>;
  /** SQL that gives the position of a row in a staged table, ascending in the order of appending. */
  readonly stagedRow: string;
  /** @returns how many rows were appended */
  append(target: AppendTarget, chunks: AsyncIterable<TableChunk>): Promise<number>;
}
