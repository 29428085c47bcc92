import type {
  BackfillCarried,
  BackfillInput,
  BackfillProgress,
  FailedChunk,
  PlannedChunk,
} from '../src/contracts';
import type { Interval } from '../src/interval';
import type { ChildEnd } from './failures';

/** What is kept of failed intervals; the ledger has them all. */
const FAILURES_KEPT = 100;
const MESSAGE_KEPT = 500;
/** So many failures in a row with one code are not bad luck: the source or its credentials need a person. */
const STREAK_THAT_PAUSES = 10;

/** The whole state of a backfill: counters and a position. Plain data, changed by the functions below only. */
export type BackfillState = BackfillCarried;

export function firstState(input: BackfillInput, startedAt: string): BackfillState {
  return {
    startedAt,
    position: null,
    total: 0,
    loaded: 0,
    failed: 0,
    cancelled: 0,
    elsewhere: 0,
    rows: 0,
    failures: [],
    failureStreak: null,
    leftOut: [],
    paused: null,
    parallel: Math.max(1, Math.floor(input.parallel ?? 1)),
  };
}

/** The state once `chunk` has been started: the next page begins behind it. */
export function afterStart(
  state: BackfillState,
  chunk: PlannedChunk,
  order: 'oldest' | 'newest',
): BackfillState {
  return { ...state, position: order === 'newest' ? chunk.interval.start : chunk.interval.end };
}

export function afterLoaded(state: BackfillState, rows: number, intervals = 1): BackfillState {
  return { ...state, loaded: state.loaded + intervals, rows: state.rows + rows, failureStreak: null };
}

/** The state after a child that did not complete; ten failures in a row with one code pause the backfill. */
export function afterEnd(
  state: BackfillState,
  end: ChildEnd,
  chunk: Pick<PlannedChunk, 'interval' | 'intervals'> & { readonly workflowId: string },
): BackfillState {
  if (end.kind === 'cancelled')
    return { ...state, cancelled: state.cancelled + (chunk.intervals?.length ?? 1) };
  const rows = end.result?.outcomes.reduce((sum, outcome) => sum + outcome.rows, 0) ?? 0;
  const { workflowId } = chunk;
  const { group } = end.result ?? {};
  if (group !== undefined) {
    const loaded = afterLoaded(state, rows, group.loaded);
    // what was loaded beside it breaks a streak of failures
    const before = group.loaded > 0 ? loaded : { ...loaded, failureStreak: state.failureStreak };
    return group.failures.reduce((sum, failure) => afterFailure(sum, { ...failure, workflowId }), before);
  }
  const { code, message } = end;
  const intervals = chunk.intervals ?? [chunk.interval];
  return intervals.reduce((sum, interval) => afterFailure(sum, { interval, workflowId, code, message }), {
    ...state,
    rows: state.rows + rows,
  });
}

function afterFailure(state: BackfillState, failure: FailedChunk): BackfillState {
  const { code } = failure;
  const kept = shortened(failure);
  const length = state.failureStreak?.code === code ? state.failureStreak.length + 1 : 1;
  return {
    ...state,
    failed: state.failed + 1,
    failures: [...state.failures, kept].slice(-FAILURES_KEPT),
    failureStreak: { code, length },
    paused:
      length === STREAK_THAT_PAUSES
        ? `${length} intervals in a row failed with ${code}: ${kept.message} Resume it once that is put right.`
        : state.paused,
  };
}

/** A hundred failures are carried along: each keeps the beginning of its message. */
function shortened(failure: FailedChunk): FailedChunk {
  const { message } = failure;
  return message.length <= MESSAGE_KEPT
    ? failure
    : { ...failure, message: `${message.slice(0, MESSAGE_KEPT)}…` };
}

/** The answer of the progress query. */
export function progressOf(options: {
  readonly input: BackfillInput;
  readonly state: BackfillState;
  readonly phase: BackfillProgress['phase'];
  readonly running: readonly Interval[];
  readonly nowMs: number;
}): BackfillProgress {
  const { input, state, phase, running, nowMs } = options;
  const done = state.loaded + state.failed + state.cancelled + state.elsewhere;
  const elapsedMs = nowMs - Date.parse(state.startedAt);
  const rate = done > 0 && elapsedMs > 0 ? done / elapsedMs : null;
  const { total, loaded, failed, cancelled, elsewhere, rows, failures, leftOut, startedAt, parallel } = state;
  return {
    version: 1,
    pipeline: input.pipeline,
    phase,
    reason: state.paused ?? undefined,
    range: input.range,
    parallel,
    total,
    loaded,
    failed,
    cancelled,
    elsewhere,
    rows,
    running,
    failures,
    leftOut,
    startedAt,
    perMinute: rate === null ? null : rate * 60_000,
    etaMs: rate === null ? null : Math.round(Math.max(0, total - done) / rate),
  };
}
