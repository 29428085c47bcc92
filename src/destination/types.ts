import type { CommitPhase, LoadCost } from '../contracts';
import type { CursorState } from '../incremental';
import type { Interval } from '../interval';
import type { Coverage, CoverageQuery, LedgerFilter, LedgerRow } from '../ledger';
import type { StagedTables } from '../normalize';
import type { MergeStrategy, StoredSchema } from '../schema';
import type { PipelineState, StateChange } from '../state';
import type { Timestamp } from '../value';
import type { CopyOptions, CopyReport, DatasetContents } from './content';
import type { TableDefinition } from './definition';
import type { ResourceDrop, ResourceDropReport } from './drop';
import type { ResultChunk } from './result-column';

/** Where data goes: a description without a connection. `open` gives the dataset of one pipeline. */
export interface Destination {
  readonly kind: string;
  /** dlt's name of it, stored in the state: `dlt.destinations.duckdb`. */
  readonly destinationType: string;
  /**
   * Whether it lies on the disk of one host: what has the same name on another host is something else. Workers of several hosts
   * then don't load into one dataset. @default false
   */
  readonly onOneHost?: boolean | undefined;
  /**
   * Whether each reading is billed, however small it is. A page that is left open then reads where something happened, and not by
   * the clock. @default false
   */
  readonly billsReading?: boolean | undefined;
  /** Where `pipeline` is stored, for people: the absolute path of the file. Opens nothing. */
  describe(pipeline: string): string;
  /**
   * Opens a dataset. Nothing is created before something is written.
   * @throws DESTINATION_NOT_A_DATABASE, DESTINATION_LOCKED
   */
  open(ref: DatasetRef): Promise<Dataset>;
}

/** What a commit writes down of where it goes. */
export interface CommitTarget {
  readonly dataset: string;
  readonly destinationType: string;
}

export interface DatasetRef {
  /** Whose state it is. */
  readonly pipeline: string;
  /** The pipeline that a place without a name of its own is named for. @default `pipeline` */
  readonly home?: string | undefined;
  readonly dataset: string;
  /** Folder for temporary files; made when needed. */
  readonly workDir: string;
  readonly signal?: AbortSignal | undefined;
}

/** One dataset that is open. Reading one that doesn't exist yet gives nothing and creates nothing. */
export interface Dataset {
  readonly name: string;
  /** Where it is: the real path of the file. */
  readonly location: string;
  /** A name of a column as its SQL has it, quoted. */
  quote(name: string): string;
  /** A table of it as its SQL has it, quoted and with the dataset's name. */
  qualify(table: string): string;
  /**
   * Whether a commit makes tables and columns before its transaction, so that they stay, without rows, where it fails.
   * @default false
   */
  readonly definesFirst?: boolean | undefined;
  /** The most characters of a name of a table or column: a load shortens longer ones, as dlt does. @default as many as wanted */
  readonly maxNameLength?: number | undefined;
  /** Schema, state and generations as of now; what a load begins with. */
  snapshot(schemaName: string): Promise<DatasetSnapshot>;
  /** What a load key has led to, undefined if nothing was committed under it. */
  findLoad(loadKey: string): Promise<CommittedLoad | undefined>;
  /**
   * Takes load keys for an attempt, all or none; an attempt that held one before can't commit it any more. A key that was
   * committed isn't taken.
   * @returns what those keys have led to that were committed
   * @throws CLAIM_LOST if a later attempt of the same run has one, or that run was closed
   */
  claim(claims: readonly Claim[]): Promise<ReadonlyMap<string, CommittedLoad>>;
  /**
   * Takes back every claim of a closed workflow run: none of its attempts can commit any more. That it is closed is kept for
   * seven days, after which nothing of it can come.
   */
  revokeClaims(run: ClosedRun): Promise<void>;
  /**
   * Writes a load in one transaction, or nothing.
   * @throws CLAIM_LOST, STATE_CHANGED, GENERATION_CHANGED, INTERVAL_OVERLAP, REPLACE_REFUSED, CLOCK_SKEW, CANCELLED
   */
  commit(load: LoadPackage): Promise<CommitOutcome>;
  /** Writes ledger rows of runs that ended without a load. What is there already of the same run, or of the same time, stays once. */
  record(rows: readonly LedgerRow[]): Promise<void>;
  /** Ledger rows in the order in which they were committed. */
  ledger(filter?: LedgerFilter): Promise<readonly LedgerRow[]>;
  coverage(query: CoverageQuery): Promise<Coverage>;
  /** Removes or replaces state of resources, marks their ledger rows superseded and raises their generation. */
  editState(edit: StateEdit): Promise<void>;
  /**
   * Drops tables and state of resources in one transaction, marks their ledger rows superseded and raises their generation: a load
   * that began before commits nothing. The next one makes the tables anew.
   * @throws CANCELLED, DESTINATION_REFUSED where something else depends on a table, QUERY_FAILED where nothing is stored
   */
  dropResources(drop: ResourceDrop): Promise<ResourceDropReport>;
  /**
   * Gives loads that a clock ahead of its time wrote ids of now, in their order and wherever they are stored, in one transaction:
   * while they are there, nothing can be committed (CLOCK_SKEW).
   */
  fixClock(fix: ClockFix): Promise<ClockFixed>;
  /** How this database makes the tables of a schema that rows came for. Reads and makes nothing. @throws IDENTIFIER_INVALID */
  definitions(schema: StoredSchema): Promise<readonly TableDefinition[]>;
  /** Names of its tables and of their columns as the database has them, those that dlt and tidemark keep their books in too. */
  tables(): Promise<ReadonlyMap<string, readonly string[]>>;
  /** Names of its tables and views as they are written in the database, whoever made them. */
  relations(): Promise<readonly string[]>;
  /**
   * Runs one statement that only reads, with the dataset as the default schema; `?` are parameters.
   * @throws QUERY_FAILED
   */
  query(sql: string, params?: readonly unknown[], options?: QueryOptions): Promise<QueryResult>;
  /**
   * Runs SQL that only reads, as {@link query} does, and gives the result while it is made: one chunk at least, with the
   * columns. What is read is one state of the dataset. Closing the dataset ends it.
   * @throws QUERY_FAILED
   */
  stream(
    sql: string,
    params?: readonly unknown[],
    options?: QueryOptions,
  ): AsyncGenerator<ResultChunk, void, void>;
  /**
   * Gives all that is stored, as of one moment, for as long as `use` takes, on one connection: `use` reads nothing else of it.
   * @throws QUERY_FAILED where there is nothing; DESTINATION_REFUSED for what can't be copied
   */
  contents<T>(use: (contents: DatasetContents) => Promise<T>): Promise<T>;
  /**
   * Brings in all that another dataset holds, where nothing is stored yet; what was brought before stays and is gone on with.
   * Until it has ended, the dataset refuses loads.
   * @throws DATASET_MISMATCH, STATE_CHANGED, IDENTIFIER_INVALID, DESTINATION_REFUSED, CANCELLED
   */
  receive(contents: DatasetContents, options: CopyOptions): Promise<CopyReport>;
  close(): Promise<void>;
}

export interface DatasetSnapshot {
  /** The newest stored schema united with the columns that the tables really have; undefined if there is none. */
  readonly schema: StoredSchema | undefined;
  /** `version_hash` of the newest stored schema: give it to the load as `baseSchemaHash`. */
  readonly schemaHash: string | undefined;
  /** The pipeline's newest state, undefined if there is none. */
  readonly state: PipelineState | undefined;
  /** Generation by resource of this schema; a resource that isn't listed is in generation 0. */
  readonly generations: Readonly<Record<string, number>>;
  /** The greatest stored load id: give it to the load as `baseLoadId`. */
  readonly lastLoadId: string | undefined;
  /** Drawn when the dataset was first written; another id means another dataset. Undefined if nothing was written. */
  readonly datasetId: string | undefined;
}

/** Who loads: fences attempts of one load key against each other. */
export interface Attempt {
  readonly workflowId: string;
  readonly runId: string;
  readonly attempt: number;
}

export interface Claim extends Attempt {
  readonly loadKey: string;
}

/** A workflow run that came to its end. */
export interface ClosedRun {
  readonly workflowId: string;
  readonly runId: string;
  /** Load keys that it ended without a load for: an attempt of it that was paused before its claim can't claim them later. */
  readonly loadKeys?: readonly string[] | undefined;
}

/** A half-open range of cursor values as the incremental applied it, in the cursor's own type. */
export interface CursorRange {
  readonly start?: unknown;
  readonly end?: unknown;
  /** @default 'closed' */
  readonly rangeStart?: 'closed' | 'open' | undefined;
  /** @default 'open' */
  readonly rangeEnd?: 'closed' | 'open' | undefined;
}

/** One incremental of a resource in a load. */
export interface CursorLoad {
  /** Its key in the state: the cursor path as the author wrote it. */
  readonly path: string;
  /** The top tables' column that holds it, undefined if the cursor isn't one plain field. */
  readonly column: string | undefined;
  /** @default 'max' */
  readonly lastValueFunc?: 'max' | 'min' | 'custom' | undefined;
  /** What this load started from; compared with the stored one when committing, unless stateless. */
  readonly before: CursorState | undefined;
  /** What to store; undefined: nothing is changed (stateless), or removed by a full refresh. */
  readonly after: CursorState | undefined;
  /** The range that was asked of the source; a slice that is replaced is this one. */
  readonly range?: CursorRange | undefined;
  /** Whether rows before the stored cursor were asked for again. */
  readonly lag?: boolean | undefined;
}

/** What one resource brings in a load. Columns and tables are given by their normalised names. */
export interface ResourceLoad {
  readonly resource: string;
  /** Its top tables in this load. The tables that it wrote earlier are found by the schema. */
  readonly tables: readonly string[];
  readonly disposition: 'append' | 'replace' | 'merge' | 'skip';
  /** @default 'delete-insert' */
  readonly strategy?: MergeStrategy | undefined;
  readonly primaryKey: readonly string[];
  readonly mergeKey: readonly string[];
  readonly hardDelete?: string | undefined;
  readonly dedupSort?: { readonly column: string; readonly order: 'asc' | 'desc' } | undefined;
  /** Whether cursors were neither read nor will be written. */
  readonly stateless: boolean;
  readonly cursors: readonly CursorLoad[];
  /** The resource's own state without `incremental`. */
  readonly customState?: StateChange | undefined;
  /** The data interval of the run. */
  readonly interval?: Interval | undefined;
  /** The time range really covered; undefined if the cursor isn't a time. */
  readonly covered?: Interval | undefined;
  /** Its generation in the snapshot that the load began with. */
  readonly generation: number;
  /** Replace of a merge or append resource: stored cursors go, the ledger is superseded, the generation raised. @default false */
  readonly fullRefresh?: boolean | undefined;
  /** What to do with rows of the range that are stored already. @default 'skip' */
  readonly onRerun?: 'skip' | 'append' | 'replace' | undefined;
  /** Replaces a slice even if fewer than 90 % of its rows would be left. @default false */
  readonly force?: boolean | undefined;
  /** scd2: the instant at which versions begin and end. @default the time of the commit */
  readonly boundary?: Timestamp | undefined;
}

/** Everything that one commit writes. */
export interface LoadPackage {
  readonly pipeline: string;
  /** The schema as normalizing left it; its name is the source's name. */
  readonly schema: StoredSchema;
  /** `schemaHash` of the snapshot that the load began with. */
  readonly baseSchemaHash: string | undefined;
  /** `lastLoadId` of the snapshot that the load began with. */
  readonly baseLoadId: string | undefined;
  /** `datasetId` of the plan: a dataset of another id is another dataset. Not compared if undefined. */
  readonly datasetId?: string | undefined;
  /** Drawn by the plan, one a component and interval; a second load of it answers with the first. */
  readonly loadKey: string;
  /** Given when the key was claimed with {@link Dataset.claim}. */
  readonly attempt?: Attempt | undefined;
  readonly staged: StagedTables;
  readonly resources: readonly ResourceLoad[];
  /** Keys shared by the source's resources. */
  readonly sourceState?: StateChange | undefined;
  /** Milliseconds since the epoch; may have a fraction. */
  readonly clock: () => number;
  /** Honoured up to the start of the commit. */
  readonly signal?: AbortSignal | undefined;
  /** Called with the lock held, before anything is written; throwing refuses the commit. */
  readonly beforeCommit?: (() => void | Promise<void>) | undefined;
  /** Told when a part of the commit has ended, for whoever measures. A part may come several times. */
  readonly onPhase?: ((ended: CommitPhase) => void) | undefined;
}

/** What happened to the rows of one table. */
export interface TableCounts {
  readonly inserted: number;
  /** Stored rows that were overwritten by a staged one of the same key. */
  readonly updated: number;
  /** Rows that went without a successor: hard deletes, replaced slices, truncated tables, closed scd2 versions aren't counted. */
  readonly deleted: number;
  /** Staged rows that were stored already, or lost to another staged row of the same key. */
  readonly skipped: number;
  /** Staged rows that a newer stored row outlived. */
  readonly stale: number;
}

/** What is known of a load that was committed. */
export interface CommittedLoad {
  readonly loadKey: string;
  /** Undefined for a load that had nothing to write. */
  readonly loadId: string | undefined;
  readonly committedAt: string;
  /** Its ledger rows, one a resource. */
  readonly rows: readonly LedgerRow[];
}

export interface CommitOutcome {
  /** `skipped`: the load key had been committed before, and that is the answer. */
  readonly status: 'loaded' | 'skipped';
  readonly loadId: string | undefined;
  readonly committedAt: string;
  /** Rows of its top tables written, by resource. */
  readonly rows: Readonly<Record<string, number>>;
  /** By table, children too; empty for `skipped`. */
  readonly tables: Readonly<Record<string, TableCounts>>;
  /** The schema that is stored now, and its version. */
  readonly schema: StoredSchema | undefined;
  readonly schemaVersion: number | undefined;
  /** Whether this commit stored a new version. */
  readonly newSchemaVersion: boolean;
  /** The pipeline's state that is stored now. */
  readonly state: PipelineState | undefined;
  /** What the commit has cost, where the database counts that. */
  readonly cost?: LoadCost | undefined;
}

/** Forgets or sets state by hand. Every resource named is superseded and gets a new generation. */
export interface StateEdit {
  readonly source: string;
  readonly resources: readonly string[];
  /** The state to write for each; a resource that isn't listed loses its state. */
  readonly set?: Readonly<Record<string, Readonly<Record<string, unknown>>>> | undefined;
  readonly clock: () => number;
}

/** Mends what a clock that was ahead has written. */
export interface ClockFix {
  /** Milliseconds since the epoch, by a clock that is right. */
  readonly clock: () => number;
}

export interface ClockFixed {
  /** How many loads got another id. */
  readonly renamed: number;
  /** The greatest id that there was, undefined if none was ahead. */
  readonly latest: string | undefined;
  /** What the clock says now, as an id. */
  readonly now: string;
}

/** What a user's SQL may do beside reading the database. */
export interface QueryOptions {
  /** Whether it may read files of the machine: `read_csv`, `'file.parquet'`. @default false */
  readonly files?: boolean | undefined;
}

export interface QueryResult {
  readonly columns: readonly { readonly name: string; readonly type: string }[];
  /** Integers beyond 2^53 are bigint, timestamps {@link Timestamp}, dates PlainDate, times PlainTime, decimals Decimal, blobs Uint8Array. */
  readonly rows: readonly Readonly<Record<string, unknown>>[];
}
