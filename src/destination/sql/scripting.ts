import type { StagedTables, TableChunk } from '../../normalize';
import type { TableSchema } from '../../schema';
import type { Count, LaterNumber, SchemaChange } from '../commit';

/** What may stand for a `?`. Instants are given as ISO text and cast by {@link Dialect.instant}. */
export type SqlParam = string | number | bigint | boolean | null;

/** What may stand for a `?` within a script: a number that the script has counted, too. */
export type SessionParam = SqlParam | LaterNumber;

/**
 * A transaction that is written down while it is planned, and run as a whole: for a database of which each statement takes a second.
 * That nothing it was planned from has changed meanwhile is the script's first statement, and the driver's to write.
 */
export interface Scripting {
  /** Told the id of the load that the transaction commits, before its rows are brought. */
  loads(loadId: string): void;
  /** Adds a statement. @returns how many rows it changes */
  run(sql: string, params?: readonly SessionParam[]): LaterNumber;
  /** Adds a statement that makes a temporary table. */
  stage(sql: string, params?: readonly SqlParam[]): void;
  /** Adds a query of one number. */
  number(sql: string, params?: readonly SqlParam[]): LaterNumber;
  /** Changes tables, before the transaction: changes only add, so that they do no harm if the transaction fails. */
  define(changes: readonly SchemaChange[]): void;
  /** Statements that work adds are run only where a number isn't 0. */
  onlyIf<T>(count: LaterNumber, work: () => Promise<T>): Promise<T>;
  /** Ends the script as failed where a number is greater than it may be; `refuse` throws the error of that. */
  atMost(count: LaterNumber, limit: Limit): void;
  /** Brings the rows of a load to the database, as they come; those that were brought already aren't again. */
  bring(staged: StagedTables, tables: readonly BroughtTable[]): Promise<ReadonlyMap<string, BroughtRows>>;
  /** Runs the script and commits. @param wanted numbers whose values are asked for @returns what gives those */
  settle(wanted: readonly Count[]): Promise<(count: Count) => number>;
}

/** How great a number may be. */
export interface Limit {
  readonly most: number;
  refuse(count: number): void;
}

/** Rows of a table that are brought. */
export interface BroughtTable {
  readonly table: TableSchema;
  /** Columns of the chunks with numbers of rows, in front of those of the table. */
  readonly numbers: readonly string[];
  /** Read once. */
  readonly chunks: AsyncIterable<TableChunk>;
}

/** Where rows are that were brought. */
export interface BroughtRows {
  /** What stands after FROM. */
  readonly from: string;
  /** Columns of the table that have a value in some row. */
  readonly columns: ReadonlySet<string>;
}

/** The rows of a load, as it begins its commit. */
export interface LoadRows {
  readonly pipeline: string;
  readonly loadKey: string;
  readonly staged: StagedTables;
  readonly tables: readonly BroughtTable[];
  readonly signal?: AbortSignal | undefined;
}
