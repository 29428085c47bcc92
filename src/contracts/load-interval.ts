import type { Interval, RunRange } from '../interval';
import type { LoadTimings } from './timings';

/** Why a run exists. Live runs are `schedule` and `manual`; the others give way to them. */
export type RunKind = 'schedule' | 'manual' | 'catchup' | 'backfill';

/** Which time a run is asked for. Without one it is the nominal time of the Schedule (or cron) that started it. */
export type RunTime =
  | { readonly kind: 'interval'; readonly interval: Interval }
  /** A manual run with a logical date: (at, at), which loads from `at` till now. */
  | { readonly kind: 'logicalDate'; readonly at: string }
  /** The complete interval before `at`. */
  | { readonly kind: 'intervalAt'; readonly at: string }
  /** A manual run without a date: in mode `interval` it leaves out what is loaded by interval. */
  | { readonly kind: 'now' };

/** What may be asked of the loads of a run, whatever time they are for. */
export interface LoadOptions {
  /** Arguments bound for this run: resource → parameter → JSON. */
  readonly bind?: Readonly<Record<string, Readonly<Record<string, unknown>>>> | undefined;
  /** Replaces data and resets cursors of the resources of this run. @default false */
  readonly fullRefresh?: boolean | undefined;
  /** Loads the slice of the interval anew: its rows go away and come again. @default false */
  readonly replace?: boolean | undefined;
  /** Replaces a slice even where far fewer rows come again. @default false */
  readonly force?: boolean | undefined;
  /**
   * Loads nothing of a component whose interval others have loaded meanwhile: it ends as loaded, with no rows. What a
   * backfill of missing intervals asks for. @default false
   */
  readonly unlessLoaded?: boolean | undefined;
}

/** Input of `tidemarkLoadInterval`. Everything but `version` and `pipeline` may be left out. */
export interface LoadIntervalInput extends LoadOptions {
  readonly version: 1;
  /** Name of the pipeline entry in the deployment. */
  readonly pipeline: string;
  /** @default 'schedule' if a Schedule or cron started it, else 'manual' */
  readonly kind?: RunKind | undefined;
  readonly time?: RunTime | undefined;
  /** Loads these intervals one after the other, each with a plan, load keys and ledger rows of its own; `time` is then all of it. */
  readonly group?: readonly Interval[] | undefined;
  /** Only these resources (their components); default all that the entry's source selects. */
  readonly resources?: readonly string[] | undefined;
}

/** Input of `tidemarkPlanInterval`: what was asked for, and what the server knows of the run. */
export interface PlanIntervalInput {
  readonly version: 1;
  readonly run: LoadIntervalInput;
  readonly kind: RunKind;
  /** Nominal time of the Schedule or cron tick, absent for others. */
  readonly nominal?: string | undefined;
  /** For a run by `cronSchedule`: the end of the last completed run's interval, where this one begins. */
  readonly previousEnd?: string | undefined;
  /** The server's start time of the workflow run. */
  readonly startedAt: string;
  /** What stays the same through resets: load keys derive from it. */
  readonly origin: string;
}

export type Decomposition = 'none' | 'serialize' | 'parallel' | 'parallel-isolated';
export type TriggerRule = 'all_success' | 'all_done' | 'one_success' | 'none_failed';

/** How often and how long a task is attempted. */
export interface RetryPolicy {
  /** Attempts after the first one, counting failures of the source or destination only. */
  readonly retries: number;
  /** The longest one attempt may take. */
  readonly timeoutMs: number;
  /** Silence after which the worker is taken for dead. */
  readonly heartbeatTimeoutMs: number;
}

/** What is extracted and committed together: a resource with its transformers. */
export interface PlannedComponent {
  readonly name: string;
  readonly resources: readonly string[];
  /** A second load under it answers with the first. */
  readonly loadKey: string;
}

/** What one activity loads, one attempt at a time: one component; with decomposition `none`, every component of a source. */
export interface PlannedTask {
  readonly name: string;
  /** The source that the resources belong to; names of resources are unique within it. */
  readonly source: string;
  readonly components: readonly PlannedComponent[];
  readonly retry: RetryPolicy;
}

/** What `tidemarkPlanInterval` decides; the run holds on to it through every retry and reset. */
export interface RunPlan {
  readonly version: 1;
  readonly pipeline: string;
  readonly kind: RunKind;
  readonly range: RunRange;
  readonly decompose: { readonly kind: Decomposition; readonly limit: number };
  readonly triggerRule: TriggerRule;
  readonly tasks: readonly PlannedTask[];
  /** Resources that do not belong to this run: an interval does not reach them, live runs load them. */
  readonly leftOut: readonly string[];
  /** The run waits until then before it loads (`schedule.delay`). */
  readonly notBefore?: string | undefined;
  /** How many runs of the pipeline may be active; absent where the run takes no slot: a backfill's, which has its own `parallel`. */
  readonly maxActiveRuns?: number | undefined;
  /** Whether the namespace has tidemark's search attributes. */
  readonly indexed: boolean;
  /** Whether the entry has hooks that want to know how the run ended. */
  readonly hooks: boolean;
  /** One line for the user, such as why a run without a date loads nothing. */
  readonly note?: string | undefined;
}

/** Input of `tidemarkLoadResource`: one attempt of a planned task. */
export interface LoadResourceInput {
  readonly version: 1;
  readonly pipeline: string;
  readonly kind: RunKind;
  readonly range: RunRange;
  readonly task: PlannedTask;
  /** Whether the task has a pipeline state of its own. */
  readonly isolated: boolean;
  /** Counts every start of this task in this run, from 1; a later attempt fences the earlier. */
  readonly attempt: number;
  readonly options: LoadOptions;
}

export type OutcomeStatus = 'loaded' | 'skipped' | 'failed' | 'cancelled';

/** What became of the rows of a resource's top tables that were not simply written. */
export interface RowFates {
  /** They replaced a stored row; `rows` counts them too. */
  readonly updated: number;
  /** They were there already. */
  readonly skipped: number;
  /** They are older than what is stored. */
  readonly stale: number;
  /** Stored ones that went. */
  readonly deleted: number;
}

/** What the jobs of a load have cost, where its destination counts that. */
export interface LoadCost {
  readonly jobs: number;
  readonly bytesProcessed: number;
  readonly bytesBilled: number;
  /** Milliseconds of the destination's processors. */
  readonly slotMs: number;
}

/** What became of one resource of a run. */
export interface ResourceOutcome {
  readonly resource: string;
  readonly status: OutcomeStatus;
  readonly rows: number;
  readonly tables: Readonly<Record<string, number>>;
  readonly bytes: number;
  /** The first 200, and then how many more there were. */
  readonly schemaChanges: readonly string[];
  /** Undefined where all were simply written. */
  readonly fates?: RowFates | undefined;
  /** Of all that was committed together with it, told of the first of them. */
  readonly cost?: LoadCost | undefined;
  /** Of all that was committed together with it, told of the first of them. */
  readonly timings?: LoadTimings | undefined;
  readonly loadId: string | null;
  readonly error?: { readonly code: string; readonly message: string } | undefined;
}

export interface LoadResourceResult {
  readonly version: 1;
  readonly outcomes: readonly ResourceOutcome[];
}

/** Details of the failure of `tidemarkLoadResource`; its type is the error's code. Those of a cancel too. */
export interface LoadFailureDetails {
  readonly version: 1;
  /** The source asked to be left alone for so long. */
  readonly retryAfterMs?: number | undefined;
  /** Each resource of the task, where some were loaded all the same. */
  readonly outcomes?: readonly ResourceOutcome[] | undefined;
}

/** An attempt that the source or the destination failed. */
export interface FailedAttempt {
  readonly status: 'failed';
  readonly code: string;
  readonly message: string;
  /** Whether trying again can help. */
  readonly retryable: boolean;
  /** The source asked to be left alone for so long: that is not counted as a failed attempt. */
  readonly retryAfterMs?: number | undefined;
  /** Each resource of the task, where that is known: some may have been loaded all the same. */
  readonly outcomes?: readonly ResourceOutcome[] | undefined;
}

/** How one attempt of a task ended, and what that means for the next one. */
export type AttemptOutcome =
  | { readonly status: 'loaded'; readonly outcomes: readonly ResourceOutcome[] }
  | FailedAttempt
  /** The worker died or stopped: not a failed attempt. */
  | {
      readonly status: 'lost';
      readonly message: string;
      /** What was committed before, where that is known. */
      readonly outcomes?: readonly ResourceOutcome[] | undefined;
    }
  | {
      readonly status: 'cancelled';
      /** What was committed before. */
      readonly outcomes?: readonly ResourceOutcome[] | undefined;
    };

/** Input of `tidemarkLoadGroup`: first attempts of neighbouring intervals, one after the other, in one activity. */
export interface LoadGroupInput {
  readonly version: 1;
  /** How the first of them is planned; the others are planned alike, each for its interval. */
  readonly plan: PlanIntervalInput;
  readonly intervals: readonly Interval[];
}

/** An interval of a group whose first attempts were made. */
export interface FirstAttempts {
  readonly plan: RunPlan;
  /** By task; one that isn't listed was not begun, such as those after one that failed. */
  readonly attempts: Readonly<Record<string, AttemptOutcome>>;
}

export interface LoadGroupResult {
  readonly version: 1;
  /** In the order of the intervals; those that aren't there were not begun: the run was cancelled, or the worker stops. */
  readonly loads: readonly FirstAttempts[];
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
    readonly error?: { readonly code: string; readonly message: string } | undefined;
  }[];
}

/** A resource that was loaded all the same, by an attempt of which the run hadn't heard. */
export interface CommittedResource {
  readonly loadKey: string;
  readonly resource: string;
  readonly rows: number;
  readonly loadId: string | null;
}

export interface RecordOutcomeResult {
  readonly version: 1;
  /** Those have no new row in the ledger. */
  readonly committed: readonly CommittedResource[];
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
  readonly error?: { readonly code: string; readonly message: string } | undefined;
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
  /** What was asked of its loads: a rerun asks for it too. */
  readonly options?: LoadOptions | undefined;
  readonly note?: string | undefined;
  /** Of a group: how many of its intervals were loaded, and which were not. */
  readonly group?: GroupResult | undefined;
}

export interface GroupResult {
  readonly loaded: number;
  readonly failures: readonly {
    readonly interval: Interval;
    readonly code: string;
    readonly message: string;
  }[];
}

/** Where a task is. */
export type TaskPhase = 'waiting' | 'loading' | 'retrying' | 'done' | 'failed' | 'skipped' | 'cancelled';

/** Answer of the query `tidemarkRunProgress`. */
export interface RunProgress {
  readonly version: 1;
  readonly phase: 'planning' | 'delayed' | 'queued' | 'loading' | 'done';
  readonly interval: Interval | null;
  readonly tasks: readonly {
    readonly name: string;
    readonly resources: readonly string[];
    readonly phase: TaskPhase;
    readonly attempt: number;
    readonly rows: number;
    readonly error?: { readonly code: string; readonly message: string } | undefined;
  }[];
  readonly note?: string | undefined;
}

/** Details of a `tidemarkLoadResource` heartbeat: for people only, nothing is resumed from it. */
export interface LoadHeartbeat {
  readonly version: 1;
  readonly task: string;
  readonly resources: Readonly<
    Record<string, { readonly rows: number; readonly pages: number; readonly bytes: number }>
  >;
  /** The id of the last checkpoint that was written; what it holds lies on the worker's disk, or in the bucket or folder that `checkpoints` names. */
  readonly checkpoint?: string | undefined;
}
