import type { LoadCost } from '../../contracts';
import type { StagedTables, TableChunk } from '../../normalize';
import type { ColumnSchema, DataType } from '../../schema';
import type { ActualTables, FactsOf, StoredReader, StoredWriter } from '../commit';
import type { ResultChunk } from '../result-column';
import type { ResultReader } from '../result-reader';
import type { QueryResult } from '../types';
import type { Dialect } from './dialect';
import type { LoadRows, Scripting, SqlParam } from './scripting';

/*
 * What a database must give to be a destination. A driver knows its database, and nothing of loads, states or ledgers: those
 * are planned in `destination/commit` and rendered here. The model is kysely's Driver, Adapter and Introspector.
 */

/** One dataset in a database. */
export interface SqlDriver {
  /** Where the dataset is, for people and to tell it from others: the real path of the file. */
  readonly location: string;
  readonly capabilities: Capabilities;
  /** Quotes names without a connection, as its dialect does. @default in double quotes, a table as `"dataset"."table"` */
  readonly names?: Pick<Dialect, 'quote' | 'table'> | undefined;
  /** Whether there is a database to read. Makes nothing. */
  exists(): Promise<boolean>;
  readonly connect: Connect;
  /**
   * Runs work during which nobody else writes to the dataset: from the begin of each transaction of the connections that
   * `work` opens to its end. How that is held is the database's: a lock within the process where the database is one
   * process's, a row that is locked when the transaction begins where it is not, or later where `staging` says so.
   */
  exclusive<T>(work: (connect: Connect) => Promise<T>): Promise<T>;
  /**
   * Brings the rows of a load to the database before its commit waits for others. What was brought is taken where the load is
   * committed with the same rows. @default they are brought when it commits
   */
  bring?(load: LoadRows): Promise<void>;
  /** Told once a load is answered: what was brought of it and wasn't taken isn't needed. */
  release?(staged: StagedTables): Promise<void>;
  /** When what writes is done again after a failure, with the rows that a load has brought. @default never */
  readonly reruns?: Reruns | undefined;
  /** Called once, after all work has ended. */
  close(): Promise<void>;
}

/** When a transaction that failed is done again. */
export interface Reruns {
  /** Milliseconds to wait at the most before each time. */
  readonly waits: readonly number[];
  /** Whether a failure may have passed by then, such as a lost connection. @param done how often it was done again already */
  passes(error: unknown, done: number): boolean;
}

/**
 * Runs work on a connection that nobody else uses meanwhile. A database that isn't there yet is made.
 * @throws DESTINATION_NOT_A_DATABASE, DESTINATION_LOCKED
 */
export type Connect = <T>(
  work: (connection: SqlConnection) => Promise<T>,
  options?: ConnectOptions,
) => Promise<T>;

export interface ConnectOptions {
  /** That rows will be written in bulk, as a hint. Such work may be run again where it failed: it must leave nothing behind then. */
  readonly bulk?: BulkWork | undefined;
  /**
   * The most milliseconds that this work waits for others' locks of the dataset, where the driver's own limit is longer. Locks within
   * the process need none. @default the driver's own
   */
  readonly lockWaitMs?: number | undefined;
  /** Who reads the result of a user's SQL while the connection is kept. @default the work ends by itself */
  readonly reader?: ResultReader | undefined;
  /** What will be asked of the records of loads, for a database that answers several questions as fast as one. */
  readonly asks?: Asks | undefined;
  /** A user's SQL: whether it may reach other files of the machine. Undefined for all else. */
  readonly files?: boolean | undefined;
}

/** What work will ask of the records of loads, as a hint. */
export interface Asks {
  readonly facts?: FactsOf | undefined;
  readonly loadKeys?: readonly string[] | undefined;
  /** Of the load that is to be committed: tells its requests to the database from those of others. */
  readonly load?: { readonly pipeline: string; readonly loadKey: string } | undefined;
}

/** How much will be written: what it takes depends on the columns first. */
export interface BulkWork {
  /** Of all tables that get rows, each counted as often as its rows are written. */
  readonly columns: number;
  /** Of the staged rows. */
  readonly bytes: number;
}

/** What a database can do beyond the least. */
export interface Capabilities {
  /**
   * Whether the type of a column can be changed. Where it can't, columns keep the type that they were made with, and must
   * take every value of a wider one.
   */
  readonly alterType: boolean;
  /** Whether tables and columns are made before a transaction and stay where it fails. They add only. @default false */
  readonly definesFirst?: boolean | undefined;
  /** Whether a dataset can be copied into it. @default true */
  readonly receives?: boolean | undefined;
  /**
   * The most characters that a name of a table or column may have, 32 at the least. Longer ones are shortened as dlt does: a tag in
   * the middle tells them apart. @default as many as wanted
   */
  readonly maxNameLength?: number | undefined;
  /** The most bytes of UTF-8 of a name: what is longer, shortened as it may be, is refused. @default as many as wanted */
  readonly maxNameBytes?: number | undefined;
}

/** One row of a result, values as {@link QueryResult} says. */
export type SqlRow = Readonly<Record<string, unknown>>;

/** One connection. The statements of a transaction all go through the same one. */
export interface SqlConnection {
  readonly dialect: Dialect;
  /** Begins a transaction, at once or with its first statement; one to `read` sees one state and may write nothing. */
  begin(mode: 'read' | 'write'): Promise<void>;
  commit(): Promise<void>;
  rollback(): Promise<void>;
  /** What its work has cost so far, where the database counts that. */
  cost?(): LoadCost;
  /**
   * Ends the connection at once: what it does fails, and nothing of its transaction is left. For a database whose lock others
   * hold for long. @default what is cancelled waits for what its connection does
   */
  abort?(): void;
  /**
   * For a database whose lock others wait for. @default all is done with the lock held: where it is a lock within the
   * process, there is nothing to gain
   */
  readonly staging?: EarlyStaging | undefined;
  /**
   * There within a transaction to write where the database is given that as one script. What `rows` reads meanwhile is then what was
   * stored before it. @default each statement is run at once
   */
  readonly scripting?: Scripting | undefined;
  rows(sql: string, params?: readonly SqlParam[]): Promise<readonly SqlRow[]>;
  /** @returns how many rows were changed */
  run(sql: string, params?: readonly SqlParam[]): Promise<number>;
  /**
   * The dataset's tables as this connection sees them; empty where there is no dataset. Names in lower case.
   * @param names those that it will be asked for: others may lack. @default all
   */
  introspect(names?: readonly string[]): Promise<ActualTables>;
  /** Names of the dataset's tables and views, as they are written; empty where there is no dataset. */
  relations(): Promise<readonly string[]>;
  /** Makes the dataset, if it isn't there. */
  createDataset(): Promise<void>;
  /** Appends staged chunks to a table. @returns how many rows were appended */
  bulkAppend(target: AppendTarget, chunks: AsyncIterable<TableChunk>): Promise<number>;
  /**
   * Makes what finds rows by these columns fast, where it isn't there yet: called within a commit, after its rows are written.
   * @default nothing: the database finds rows without
   */
  index?(lookups: readonly Lookup[]): Promise<void>;
  /**
   * Sees to the indexes by which the records of loads are found; all their tables are there. Called in each transaction that
   * writes. @default there are none
   */
  indexRecords?(): Promise<void>;
  /**
   * Runs a user's SQL within a transaction to read, with the dataset as the default schema.
   * @throws QUERY_FAILED
   */
  query(sql: string, params: readonly unknown[]): Promise<QueryResult>;
  /** The same with its result while it is made, at least one chunk; without it the whole result comes as one. */
  stream?(sql: string, params: readonly unknown[]): AsyncGenerator<ResultChunk, void, void>;
  /**
   * Wraps what reads and writes the rows that a dataset keeps about its loads, for a database that may remember them since
   * nobody else can write them meanwhile, or that reads them in a way of its own. @default as it is
   */
  remembering?(stored: StoredAccess, tables: ActualTables): StoredAccess;
}

/** Brings the rows of a load into temporary tables before the dataset is locked, so that no other writer waits for that. */
export interface EarlyStaging {
  /** Whether a load is worth it: the database writes its rows twice, so that a small one is done sooner with the lock held. */
  pays(load: StagedSize): boolean;
  /** Begins a transaction to write that doesn't have the lock yet. */
  begin(): Promise<void>;
  /** Takes the lock in that transaction, whose temporary tables stay. From then on it sees what others have committed before. */
  lock(): Promise<void>;
  /** The type of a temporary column that keeps every staged value of a type as it is, without rounding. */
  columnType(type: DataType): string;
}

/** How much a load brings. */
export interface StagedSize {
  readonly bytes: number;
  /** Columns of its widest table; a temporary table has two more at the most. */
  readonly widest: number;
}

/** Columns of a table by which a merge finds its rows. */
export interface Lookup {
  readonly table: string;
  readonly columns: readonly ColumnSchema[];
}

/** What reads and writes the rows that a dataset keeps about its loads. */
export interface StoredAccess {
  readonly reader: StoredReader;
  readonly writer: StoredWriter;
}

/** Where chunks are appended. */
export interface AppendTarget {
  /** A table of the dataset, or a temporary one, by its name without quotes. */
  readonly table: string;
  readonly temporary: boolean;
  /** Values of columns of the table that the chunks don't list; what is in neither is null. */
  readonly constants: Readonly<Record<string, string | null>>;
}
