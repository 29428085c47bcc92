import type { Interval } from '../interval';

/** `superseded`: loaded once, then replaced by a full refresh, a state reset or a rerun. `reset` marks a state reset itself. */
export type LedgerStatus = 'loaded' | 'failed' | 'cancelled' | 'skipped' | 'superseded' | 'reset';

/** One row of `_tidemark_intervals`: what happened to one resource in one run. Times are ISO texts in UTC with Z. */
export interface LedgerRow {
  readonly pipeline: string;
  readonly source: string;
  readonly resource: string;
  /** Raised by every full refresh and state reset of the resource; the first is 0. */
  readonly generation: number;
  /** The data interval of the run, half open; null for a run without one. */
  readonly interval_start: string | null;
  readonly interval_end: string | null;
  /** The time range that was really covered, half open; null if the cursor isn't a time or the resource has none. */
  readonly cursor_start: string | null;
  readonly cursor_end: string | null;
  readonly load_key: string;
  /** Null if nothing was written to `_dlt_loads`: an empty load, or one that didn't commit. */
  readonly load_id: string | null;
  /** Rows of the resource's top tables that the load wrote (inserted or updated). */
  readonly rows: number;
  readonly status: LedgerStatus;
  readonly error_code: string | null;
  /** Redacted by the caller. */
  readonly error: string | null;
  readonly workflow_id: string | null;
  readonly run_id: string | null;
  readonly attempt: number | null;
  readonly committed_at: string;
  /** What the load has cost, where the destination counts that; of several resources that were committed together, in the first one's row. */
  readonly bytes_billed?: number;
  readonly slot_ms?: number;
}

/** What to read of the ledger; every field that is given must match. */
export interface LedgerFilter {
  readonly pipeline?: string | undefined;
  readonly source?: string | undefined;
  readonly resource?: string | undefined;
  readonly status?: readonly LedgerStatus[] | undefined;
  readonly loadKeys?: readonly string[] | undefined;
  /** Only rows whose interval or covered range touches `[from, to)`. */
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  /** The most rows to return; the newest are kept. */
  readonly limit?: number | undefined;
}

/** Why a range is not loaded. `paused` is a skipped row whose error code is `PAUSED`. */
export type GapCause = 'never-planned' | 'paused' | 'failed' | 'cancelled' | 'skipped' | 'superseded';

export interface Gap extends Interval {
  readonly cause: GapCause;
  /** The newest ledger row with this cause; undefined for `never-planned`. */
  readonly row: LedgerRow | undefined;
}

/** What is loaded of a range, and what is not. `covered` is ascending and without touching neighbours. */
export interface Coverage {
  readonly covered: readonly Interval[];
  readonly gaps: readonly Gap[];
}

/** Which coverage is wanted: of a resource in its newest generation, under whatever pipeline name it was loaded. */
export interface CoverageQuery extends Interval {
  readonly source: string;
  readonly resource: string;
}
