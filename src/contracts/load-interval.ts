import type { Interval } from '../interval';

/** Why a run exists. Live runs are `schedule` and `manual`; the others give way to them. */
export type RunKind = 'schedule' | 'manual' | 'catchup' | 'backfill';

/** Which time a run is for. Without one it is the nominal time of the Schedule (or cron) that started it. */
export type RunTime =
  | { readonly kind: 'interval'; readonly interval: Interval }
  /** A manual run with a logical date: (at, at), which loads from `at` till now. */
  | { readonly kind: 'logicalDate'; readonly at: string }
  /** The complete interval before `at`. */
  | { readonly kind: 'intervalAt'; readonly at: string }
  /** A manual run without a date: (now, now). */
  | { readonly kind: 'now' };

/** Input of `tidemarkLoadInterval`. Everything but `version` and `pipeline` may be left out. */
export interface LoadIntervalInput {
  readonly version: 1;
  /** Name of the pipeline entry in the deployment. */
  readonly pipeline: string;
  /** @default 'schedule' if a Schedule or cron started it, else 'manual' */
  readonly kind?: RunKind;
  readonly time?: RunTime;
  /** Loads these intervals one after the other, each with a plan, load keys and ledger rows of its own; `time` is then all of it. */
  readonly group?: readonly Interval[];
  /** Only these resources (their components); default all that the entry's source selects. */
  readonly resources?: readonly string[];
  /** Arguments bound for this run: resource → parameter → JSON. */
  readonly bind?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  /** Replaces data and resets cursors of the resources of this run. */
  readonly fullRefresh?: boolean;
  /** Loads the slice of the interval anew: its rows go away and come again. */
  readonly replace?: boolean;
  /** Replaces a slice even where far fewer rows come again. */
  readonly force?: boolean;
}

export type Decomposition = 'none' | 'serialize' | 'parallel' | 'parallel-isolated';
export type TriggerRule = 'all_success' | 'all_done' | 'one_success' | 'none_failed';

/** How often and how long a component's load is tried. */
export interface TryPolicy {
  /** Tries after the first one, counting failures of the source or destination only. */
  readonly retries: number;
  /** The longest one try may take. */
  readonly timeoutMs: number;
  /** Silence after which the worker is taken for dead. */
  readonly heartbeatTimeoutMs: number;
}

/** What is extracted and committed together: a resource with its transformers. */
export interface PlannedPart {
  readonly name: string;
  readonly resources: readonly string[];
  /** A second load under it answers with the first. */
  readonly loadKey: string;
}

/** What one `tidemarkLoadResource` activity loads: one part; with decomposition `none`, every part of a source. */
export interface PlannedComponent {
  readonly name: string;
  /** The source that the resources belong to; names of resources are unique within it. */
  readonly source: string;
  readonly parts: readonly PlannedPart[];
  readonly policy: TryPolicy;
}

/** What `tidemarkPlanInterval` decides; the run holds on to it through every retry and reset. */
export interface LoadPlan {
  readonly version: 1;
  readonly pipeline: string;
  readonly kind: RunKind;
  readonly mode: 'interval' | 'incremental';
  readonly interval: Interval | null;
  /** The one `now` of the run. */
  readonly now: string;
  readonly decompose: { readonly kind: Decomposition; readonly limit: number };
  readonly triggerRule: TriggerRule;
  readonly components: readonly PlannedComponent[];
  /** Mode `incremental`: the aligned startDate, where a resource without a stored cursor begins. */
  readonly firstStart?: string;
  /** The start that incrementals get where `schedule.lookback` moves it; the interval stays what it is. */
  readonly lookbackStart?: string;
  /** Resources that are no part of this run: an interval does not reach them, live runs load them. */
  readonly leftOut: readonly string[];
  /** The run waits until then before it loads (`schedule.delay`). */
  readonly notBefore?: string;
  /** How many runs of the pipeline may be active; absent where the run takes no slot: a backfill's, which has its own `parallel`. */
  readonly maxActiveRuns?: number;
  /** Whether the namespace has tidemark's search attributes. */
  readonly indexed: boolean;
  /** Whether the entry has hooks that want to know how the run ended. @default false */
  readonly hooks?: boolean;
  /** One line for the user, such as why (now, now) loads nothing. */
  readonly note?: string;
}

export interface PlanIntervalInput {
  readonly version: 1;
  readonly run: LoadIntervalInput;
  readonly kind: RunKind;
  /** Nominal time of the Schedule or cron tick, absent for others. */
  readonly nominal?: string;
  /** For a run by `cronSchedule`: the end of the last completed run's interval, where this one begins. */
  readonly previousEnd?: string;
  /** The server's start time of the workflow run. */
  readonly startedAt: string;
  /** What stays the same through resets: load keys derive from it. */
  readonly origin: string;
}

export interface LoadResourceInput {
  readonly version: 1;
  readonly pipeline: string;
  readonly component: string;
  readonly source: string;
  readonly parts: readonly PlannedPart[];
  readonly kind: RunKind;
  readonly mode: 'interval' | 'incremental';
  readonly interval: Interval | null;
  readonly now: string;
  /** The component has a pipeline state of its own. */
  readonly isolated?: boolean;
  readonly firstStart?: string;
  readonly lookbackStart?: string;
  /** Counts every start of this component in this run, from 1; a later attempt fences the earlier. */
  readonly attempt: number;
  readonly bind?: LoadIntervalInput['bind'];
  readonly fullRefresh?: boolean;
  readonly replace?: boolean;
  readonly force?: boolean;
}

export type OutcomeStatus = 'loaded' | 'skipped' | 'failed' | 'cancelled';

/** What became of one resource of a run. */
export interface ResourceOutcome {
  readonly resource: string;
  readonly status: OutcomeStatus;
  readonly rows: number;
  readonly tables: Readonly<Record<string, number>>;
  readonly bytes: number;
  readonly schemaChanges: readonly string[];
  readonly loadId: string | null;
  readonly error?: { readonly code: string; readonly message: string };
}

export interface LoadResourceResult {
  readonly version: 1;
  readonly outcomes: readonly ResourceOutcome[];
}

/** First tries of neighbouring intervals, one after the other, in one activity. */
export interface LoadGroupInput {
  readonly version: 1;
  /** How the first of them is planned; the others are planned alike, each for its interval. */
  readonly plan: PlanIntervalInput;
  readonly intervals: readonly Interval[];
}

/** How one try of a component ended. */
export type TryEnd =
  | { readonly outcomes: readonly ResourceOutcome[] }
  | {
      readonly failure: LoadFailureDetails & {
        readonly code: string;
        readonly message: string;
        readonly retryable: boolean;
      };
    };

/** An interval of a group whose first tries were made. */
export interface BegunLoad {
  readonly plan: LoadPlan;
  /** By component; one that isn't listed was not begun, such as those after one that failed. */
  readonly ends: Readonly<Record<string, TryEnd>>;
}

export interface LoadGroupResult {
  readonly version: 1;
  /** In the order of the intervals; those that aren't there were not begun: the run was cancelled, or the worker stops. */
  readonly loads: readonly BegunLoad[];
}

/** Details of the failure of `tidemarkLoadResource`; its type is the error's code. */
export interface LoadFailureDetails {
  readonly version: 1;
  /** The source asked to be left alone for so long. */
  readonly retryAfterMs?: number;
  /** Each resource of the component, where some were loaded all the same. */
  readonly outcomes?: readonly ResourceOutcome[];
}

/** Resources that ended without a load, for the ledger. */
export interface RecordOutcomeInput {
  readonly version: 1;
  readonly pipeline: string;
  readonly interval: Interval | null;
  readonly now: string;
  readonly entries: readonly {
    readonly source: string;
    readonly resource: string;
    readonly loadKey: string;
    readonly attempt: number;
    readonly status: 'failed' | 'cancelled' | 'skipped';
    readonly error?: { readonly code: string; readonly message: string };
  }[];
}

/** How a run ended, for the hooks of its entry. */
export interface RunHooksInput {
  readonly version: 1;
  readonly pipeline: string;
  readonly kind: RunKind;
  readonly interval: Interval | null;
  readonly now: string;
  readonly outcomes: readonly ResourceOutcome[];
  /** The source of each resource. */
  readonly sources: Readonly<Record<string, string>>;
  /** Why the run could not even be planned; then there are no outcomes. */
  readonly error?: { readonly code: string; readonly message: string };
}

/** Result of `tidemarkLoadInterval`; the details of its failure have the same shape. */
export interface LoadIntervalResult {
  readonly version: 1;
  readonly pipeline: string;
  readonly kind: RunKind;
  readonly interval: Interval | null;
  readonly now: string;
  readonly outcomes: readonly ResourceOutcome[];
  readonly leftOut: readonly string[];
  readonly note?: string;
  /** Of a group: how many of its intervals were loaded, and which were not. */
  readonly group?: GroupResult;
}

export interface GroupResult {
  readonly loaded: number;
  readonly failures: readonly {
    readonly interval: Interval;
    readonly code: string;
    readonly message: string;
  }[];
}

export type ComponentPhase = 'waiting' | 'loading' | 'retrying' | 'done' | 'failed' | 'skipped' | 'cancelled';

/** Answer of the query `tidemarkRunProgress`. */
export interface RunProgress {
  readonly version: 1;
  readonly phase: 'planning' | 'delayed' | 'queued' | 'loading' | 'done';
  readonly interval: Interval | null;
  readonly components: readonly {
    readonly name: string;
    readonly resources: readonly string[];
    readonly phase: ComponentPhase;
    readonly attempt: number;
    readonly rows: number;
    readonly error?: { readonly code: string; readonly message: string };
  }[];
  readonly note?: string;
}

/** Details of a `tidemarkLoadResource` heartbeat: for people only, nothing is resumed from it. */
export interface LoadHeartbeat {
  readonly version: 1;
  readonly component: string;
  readonly resources: Readonly<
    Record<string, { readonly rows: number; readonly pages: number; readonly bytes: number }>
  >;
  /** The id of the last checkpoint that was written; what it holds lies on the worker's disk. */
  readonly checkpoint?: string;
}
