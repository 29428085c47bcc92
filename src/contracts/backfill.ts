import type { Interval } from '../interval';
import type { RunKind } from './load-interval';

export type BackfillSelection = 'missing' | 'failed' | 'all';

/** Which intervals a backfill runs, and how they are cut. Resolved by the client: all times are UTC instants. */
export interface BackfillRange {
  /** Inclusive start of the first interval. */
  readonly from: string;
  /** Exclusive: no interval ends after it. */
  readonly to: string;
  /** `cron` (the entry's own intervals), a duration (`1d`, `P1M`), a unit of the calendar (`month`), or a number of equal parts. @default 'cron' */
  readonly chunk?: string | number | undefined;
  /** @default 'missing' */
  readonly select?: BackfillSelection | undefined;
  /** @default 'oldest' */
  readonly order?: 'oldest' | 'newest' | undefined;
  /** Neighbouring intervals that one run loads one after the other, each a load of its own. @default 1 */
  readonly group?: number | undefined;
}

/** Input of `tidemarkBackfill`. `carried` is set by continue-as-new only. */
export interface BackfillInput {
  readonly version: 1;
  readonly pipeline: string;
  readonly kind: Extract<RunKind, 'catchup' | 'backfill'>;
  readonly range: BackfillRange;
  readonly resources?: readonly string[] | undefined;
  /** Children at a time. @default 1 */
  readonly parallel?: number | undefined;
  /** Children after which the workflow continues as new, besides the server's own advice. @default 300 */
  readonly continueAfter?: number | undefined;
  readonly carried?: BackfillCarried | undefined;
}

/** One interval to run. `nominal` is set where it is one tick of the entry: the run then has the id that its Schedule would give. */
export interface PlannedChunk {
  readonly interval: Interval;
  readonly nominal?: string | undefined;
  /** The intervals of a group, in the order in which they run; `interval` is then all of it. */
  readonly intervals?: readonly Interval[] | undefined;
  /** Why it is run, where that was asked. */
  readonly why?: string | undefined;
}

export interface PlanBackfillInput {
  readonly version: 1;
  readonly pipeline: string;
  readonly kind: BackfillInput['kind'];
  readonly range: BackfillRange;
  readonly resources?: readonly string[] | undefined;
  /** Where the last page ended: the `next` of its answer. */
  readonly position?: string | undefined;
  readonly limit: number;
}

export interface BackfillPage {
  readonly version: 1;
  readonly chunks: readonly PlannedChunk[];
  /** Position of the next page; null after the last one. */
  readonly next: string | null;
  /** How many intervals the whole range has to run, reckoned where they are more than 50,000; told with the first page only. */
  readonly total?: number | undefined;
  /** Told with the first page only: resources that a backfill leaves to live runs. */
  readonly leftOut?: readonly string[] | undefined;
  readonly indexed: boolean;
}

export interface FailedChunk {
  readonly interval: Interval;
  readonly workflowId: string;
  readonly code: string;
  readonly message: string;
}

/** What survives continue-as-new: counters, a position, and at most 100 failed intervals. */
export interface BackfillCarried {
  readonly startedAt: string;
  readonly position: string | null;
  readonly total: number;
  readonly loaded: number;
  readonly failed: number;
  readonly cancelled: number;
  /** Intervals that another run was loading already. */
  readonly elsewhere: number;
  readonly rows: number;
  readonly failures: readonly FailedChunk[];
  readonly failureStreak: { readonly code: string; readonly length: number } | null;
  readonly leftOut: readonly string[];
  readonly paused: string | null;
  readonly parallel: number;
}

/** Answer of the query `tidemarkBackfillProgress`, and the result of the workflow. */
export interface BackfillProgress {
  readonly version: 1;
  readonly pipeline: string;
  readonly phase: 'planning' | 'running' | 'paused' | 'cancelling' | 'done' | 'cancelled';
  /** Why it is paused. */
  readonly reason?: string | undefined;
  readonly range: BackfillRange;
  readonly parallel: number;
  readonly total: number;
  readonly loaded: number;
  readonly failed: number;
  readonly cancelled: number;
  readonly elsewhere: number;
  readonly rows: number;
  readonly running: readonly Interval[];
  readonly failures: readonly FailedChunk[];
  readonly leftOut: readonly string[];
  readonly startedAt: string;
  /** Intervals a minute since the start, and the milliseconds left at that rate; null until the first one is done. */
  readonly perMinute: number | null;
  readonly etaMs: number | null;
}

export interface ResizeSignal {
  readonly parallel: number;
}
