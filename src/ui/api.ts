import type { GapCause, LedgerRow } from '../ledger';
import type {
  BackfillRequest,
  BackfillSelection,
  GridResource,
  Interval,
  LoadView,
  PipelineOverview,
  RowsView,
  RunRequest,
  SchedulePreview,
  SchemaChangeView,
  SchemaHistory,
} from '../operate';

/*
 * What the page asks for, and what it is answered: plain JSON under `/api`. The server writes these types and the page reads them.
 * Times are UTC instants as texts, but where a field says that it is in seconds since 1970.
 */

/** `GET /api/session`: what the page has to know first. */
export interface Session {
  readonly version: string;
  /** The project's folder name, for the title. */
  readonly project: string;
  readonly pipelines: readonly string[];
  /** Whether actions are refused: the page offers none. */
  readonly readOnly: boolean;
  readonly temporal: TemporalPlace;
}

export interface TemporalPlace {
  /** Undefined where there is no server. */
  readonly address: string | undefined;
  readonly namespace: string | undefined;
  /** Of Temporal's own UI. */
  readonly uiUrl: string | undefined;
}

/** `GET /api/overview` */
export type { Overview } from '../operate';

/** How an interval of a resource stands, in a letter: loaded, running, failed, missing, left out. */
export type StateLetter = 'l' | 'r' | 'f' | 'm' | 'o';

/**
 * `GET /api/pipelines/:pipeline/grid?from=&to=&limit=`: complete intervals × resources, oldest first, in few bytes: the lists below
 * have an entry for each interval, and those of a resource are in the order of `resources`.
 */
export interface GridView {
  readonly pipeline: string;
  readonly zone: string;
  readonly resources: readonly GridResource[];
  /** Seconds since 1970. */
  readonly starts: readonly number[];
  readonly ends: readonly number[];
  /** Whether there are earlier intervals. */
  readonly more: boolean;
  /** For each resource a text of {@link StateLetter}s. */
  readonly states: readonly string[];
  /** For each resource a letter for the cause of an interval that isn't loaded: an index of {@link CAUSES}, or `-`. */
  readonly causes: readonly string[];
  /** Rows that the newest load wrote, for each resource; null where there was none. */
  readonly rows: readonly (readonly (number | null)[])[];
  /** How long the newest run of each interval took; null where that isn't known. */
  readonly seconds: readonly (number | null)[];
  /** Its attempt. */
  readonly attempts: readonly (readonly (number | null)[])[];
}

/** Causes of gaps by their place in {@link GridView.causes}. */
export const CAUSES: readonly GapCause[] = [
  'never-planned',
  'paused',
  'failed',
  'cancelled',
  'skipped',
  'superseded',
];

/** `GET /api/pipelines/:pipeline/interval?at=` */
export interface IntervalView {
  readonly pipeline: string;
  readonly zone: string;
  readonly interval: Interval;
  readonly cells: readonly {
    readonly resource: string;
    readonly state: 'loaded' | 'running' | 'failed' | 'missing' | 'left-out';
    readonly cause: GapCause | undefined;
  }[];
  /** Every ledger row that touches it, in the order of commits. */
  readonly ledger: readonly LedgerRow[];
  /** Its newest run; undefined where Temporal has none any more, or wasn't reached. */
  readonly run: IntervalRun | undefined;
  /** What its loads did, the newest first. */
  readonly loads: readonly LoadView[];
  /** What would load it again. */
  readonly again: RunRequest;
  /** The same, as a command. */
  readonly command: string;
}

export interface IntervalRun {
  readonly workflowId: string;
  readonly runId: string;
  readonly status: string;
  readonly startedAt: string;
  readonly closedAt: string | undefined;
  /** In Temporal's UI. */
  readonly url: string | undefined;
  /** Each component while it runs, or how it ended. */
  readonly tasks: readonly {
    readonly name: string;
    readonly resources: readonly string[];
    readonly phase: string;
    readonly attempt: number | undefined;
    readonly rows: number | undefined;
    readonly error: string | undefined;
  }[];
  readonly error: string | undefined;
}

/** `GET /api/pipelines/:pipeline/rows?loadId=&table=` is answered with a {@link RowsView}: the first 100 rows that a load has in a table. */

/** `GET /api/pipelines/:pipeline/history`: schema, state and what intervals brought. */
export type HistoryView = SchemaHistory;

/** `POST /api/plans/backfill` with a {@link BackfillRequest}: what it would load. Starts nothing. */
export interface BackfillPlanView {
  readonly range: Interval;
  readonly total: number;
  /** The first of them. */
  readonly chunks: readonly {
    readonly interval: Interval;
    readonly intervals: number;
    readonly why: string | undefined;
  }[];
  readonly leftOut: readonly string[];
  /** How long, reckoned from intervals of the past; undefined where none is known. */
  readonly estimateMs: number | undefined;
  /** Of how many intervals of the past. */
  readonly estimatedFrom: number;
  readonly command: string;
}

/** `POST /api/plans/run` with a {@link RunRequest}. Starts nothing. */
export interface RunPlanView {
  readonly workflowId: string;
  readonly interval: Interval | null;
  readonly tasks: readonly { readonly name: string; readonly resources: readonly string[] }[];
  readonly note: string | undefined;
  readonly command: string;
}

/**
 * `POST /api/actions`: what is done. `key` is drawn by the page when it asks the person: the same key again is answered with what
 * the first one led to, and nothing is done twice.
 */
export interface ActionRequest {
  readonly key: string;
  readonly action: Action;
}

export type Action =
  | { readonly kind: 'backfill'; readonly request: BackfillRequest }
  | { readonly kind: 'run'; readonly request: RunRequest }
  | { readonly kind: 'pause'; readonly what: string; readonly reason?: string | undefined }
  | { readonly kind: 'resume'; readonly what: string }
  | { readonly kind: 'resize'; readonly workflowId: string; readonly parallel: number }
  | { readonly kind: 'cancel'; readonly workflowId: string };

export interface ActionResult {
  /** What happened, in a sentence. */
  readonly message: string;
  /** Of what was started. */
  readonly workflowId: string | undefined;
  readonly command: string;
}

/** `POST /api/commands` with an {@link Action}: how it would be typed. */
export interface CommandView {
  readonly command: string;
}

/** `GET /api/preview?cron=&timezone=&startDate=&endDate=&pipeline=` */
export type PreviewView = SchedulePreview;

/** Every answer that isn't 2xx. */
export interface ApiError {
  readonly error: { readonly code: string; readonly message: string };
}

/**
 * `GET /api/events?pipeline=` is a stream of server-sent events. An event `change` says that what was read of a topic is no more what
 * it was: `overview`, or `pipeline:NAME`. `version` grows with each. The page asks for what it shows again.
 */
export interface ChangeEvent {
  readonly topic: string;
  readonly version: number;
}

/** What an action must have as header `x-tidemark-action`, so that another site's page can't send it. */
export const ACTION_HEADER = 'x-tidemark-action';

/**
 * On an answer that is an earlier one, for another program holds the dataset: why, as `encodeURIComponent` writes it. Without an
 * earlier one the answer is an error `DESTINATION_LOCKED`.
 */
export const UNREAD_HEADER = 'x-tidemark-unread';

/** Beside it: when that answer was read, a UTC instant. */
export const READ_AT_HEADER = 'x-tidemark-read-at';

export type {
  BackfillRequest,
  BackfillSelection,
  GridResource,
  Interval,
  LedgerRow,
  LoadView,
  PipelineOverview,
  RowsView,
  RunRequest,
  SchemaChangeView,
};
