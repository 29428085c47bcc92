import type { BackfillProgress } from '../contracts';
import type { Interval } from '../interval';
import type { GapCause } from '../ledger';

/** How pipelines stand. */
export interface Overview {
  /** When it was read. */
  readonly now: string;
  /** Whether a worker polls the deployment's task queue. */
  readonly hasWorker: boolean;
  /** Why Temporal could not be asked; what it would have told is then as if there were no server. */
  readonly temporalError: string | undefined;
  readonly pipelines: readonly PipelineOverview[];
}

/** How a pipeline stands, for a page: all that an overview shows, nothing left to reckon. */
export interface PipelineOverview {
  readonly pipeline: string;
  readonly schedule: ScheduleOverview | undefined;
  /** The run that ended last; undefined where none is known. */
  readonly lastRun:
    | {
        readonly workflowId: string;
        readonly status: string;
        readonly interval: Interval | undefined;
        readonly startedAt: string;
        readonly closedAt: string | undefined;
      }
    | undefined;
  /** Undefined without a schedule, where no interval of it is complete, and where the ledger could not be read. */
  readonly freshness: Freshness | undefined;
  /** Rows by the day in the schedule's zone on which they were committed, of the last 30 days, oldest first; days without are 0. Empty where the ledger could not be read. */
  readonly rowsPerDay: readonly { readonly day: string; readonly rows: number }[];
  /** What isn't loaded of what should be, by cause: intervals × resources, the most first. Without catch-up nobody expects the past. */
  readonly gaps: readonly { readonly cause: GapCause; readonly intervals: number }[];
  /** Those under way. */
  readonly backfills: readonly BackfillOverview[];
  /** Runs under way. */
  readonly running: number;
  readonly resources: readonly {
    readonly resource: string;
    readonly rows: number;
    readonly loads: number;
    readonly loadedUntil: string | undefined;
    /** Intervals that aren't loaded and should be. */
    readonly gaps: number;
    readonly reached: boolean;
  }[];
  /** Why the ledger could not be read, such as which program holds the file. */
  readonly unread: string | undefined;
}

export interface ScheduleOverview {
  /** As the config has it: `@daily`, `0 6 * * 1`, `every 6h`. */
  readonly text: string;
  /** `At 06:00, only on Monday` */
  readonly words: string;
  readonly zone: string;
  readonly startDate: string | undefined;
  readonly endDate: string | undefined;
  readonly catchup: boolean;
  /** Whether the server has it. */
  readonly deployed: boolean;
  readonly paused: boolean;
  readonly note: string | undefined;
  readonly nextTick: string | undefined;
  readonly lastTick: string | undefined;
}

export interface Freshness {
  /**
   * The latest end of what is loaded of the resource that is least far, of those that the schedule reaches; undefined where one has
   * nothing. Of a schedule that has ended at most the end of its last interval.
   */
  readonly loadedUntil: string | undefined;
  /** The end of the last complete interval: up to where it should be loaded. */
  readonly expectedUntil: string;
  /** Complete intervals between the two. */
  readonly intervalsBehind: number;
}

export interface BackfillOverview {
  readonly workflowId: string;
  readonly range: Interval | undefined;
  /** Undefined where no worker answers. */
  readonly progress:
    | Pick<
        BackfillProgress,
        | 'phase'
        | 'reason'
        | 'parallel'
        | 'total'
        | 'loaded'
        | 'failed'
        | 'cancelled'
        | 'elsewhere'
        | 'rows'
        | 'perMinute'
        | 'etaMs'
      >
    | undefined;
  readonly startedAt: string;
}
