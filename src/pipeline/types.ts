import type { LoadCost, LoadTimings, RowFates } from '../contracts';
import type { TableCounts } from '../destination';
import type { Interval } from '../interval';
import type { Discarded } from '../normalize';

/** `skipped`: the load key was committed before, or, where there is an `error`, a trigger rule left it out; nothing was extracted or written. */
export type ResourceStatus = 'loaded' | 'skipped' | 'failed';

/** Why a resource of a run was not loaded. */
export interface ResourceFailure {
  readonly resource: string;
  /** A stable code of tidemark; `UNKNOWN` for an error that an author's code threw. */
  readonly code: string;
  /** Redacted. */
  readonly message: string;
  readonly retryable: boolean;
  readonly retryAfterMs?: number | undefined;
}

/** Where one incremental started, and where it stands. Values as JSON has them. */
export interface CursorReport {
  readonly path: string;
  readonly start: unknown;
  readonly end: unknown;
  readonly last: unknown;
  readonly stateless: boolean;
}

/** What became of one resource in one run. */
export interface ResourceReport {
  readonly resource: string;
  readonly status: ResourceStatus;
  /** Rows of its top tables that were written. */
  readonly rows: number;
  /** Rows written by table, child tables too. */
  readonly tables: Readonly<Record<string, number>>;
  /** Rows that extraction brought, by table: before keys and dispositions decided about them. */
  readonly extracted: Readonly<Record<string, number>>;
  /** What happened to the rows of each table; empty unless `loaded`. */
  readonly counts: Readonly<Record<string, TableCounts>>;
  /** What became of rows of its top tables that were not simply written. */
  readonly fates?: RowFates | undefined;
  /** What its load has cost, where the destination counts that; told of the first resource of those that were committed together. */
  readonly cost?: LoadCost | undefined;
  /** Where the time of its load went; told of the first resource of those that were committed together. */
  readonly timings?: LoadTimings | undefined;
  /** Rows and values that a schema contract left out, by table; each has a warning too. */
  readonly discarded: Discarded;
  /** Bytes of its rows as they were staged for the destination. */
  readonly bytes: number;
  /** Pages that its `extract` yielded, empty ones too. */
  readonly pages: number;
  /** From the first look at the dataset to the commit; of all that was extracted and committed together with it. */
  readonly seconds: number;
  /** Sentences such as `new column orders.total (double)`. */
  readonly schemaChanges: readonly string[];
  /** The load id that its rows carry; undefined if nothing was written. */
  readonly loadId: string | undefined;
  readonly cursors: readonly CursorReport[];
  readonly warnings: readonly string[];
  readonly error?: ResourceFailure | undefined;
}

/** The outcome of a run: plain data, with `toString` for people and `toJSON` for programs. */
export interface LoadInfo {
  readonly pipeline: string;
  /** The dataset that was written to; with `devMode` that of this run alone. */
  readonly dataset: string;
  /** The kind of the destination: `duckdb`. */
  readonly destination: string;
  /** Where the data lies: the path of the file. */
  readonly location: string;
  /** The data interval that the run was for; undefined for a run without one. */
  readonly interval: Interval | undefined;
  /** In the order of their commits; a run without news has none. */
  readonly loadIds: readonly string[];
  readonly resources: readonly ResourceReport[];
  /** Where the time of its loads went, all together; loads that ran at the same time count each. Undefined where nothing was loaded. */
  readonly timings: LoadTimings | undefined;
  /** ISO text in UTC. */
  readonly startedAt: string;
  readonly finishedAt: string;
  toString(): string;
  toJSON(): unknown;
}

/** A run's outcome before it has its printed form. */
export type LoadInfoData = Omit<LoadInfo, 'toString' | 'toJSON'>;

/** How far the load of a resource has come; told after each page. */
export interface LoadProgress {
  readonly resource: string;
  /** Rows that passed its incrementals. */
  readonly rows: number;
  readonly pages: number;
  /** Bytes of HTTP answers read so far. */
  readonly bytes: number;
}
