import type { ActivityOptions } from '@temporalio/workflow';
import type { RetryPolicy, RunKind, RunPlan } from '../src/contracts';

/** Silence after which a worker is taken for dead, where no plan says it yet. */
const HEARTBEAT_TIMEOUT_MS = 30_000;

/** What keeps a worker that died over an activity from holding it up: every activity beats. */
type Alive = Required<Pick<ActivityOptions, 'heartbeatTimeout'>>;

/** The same for what comes after a plan, which knows how long a worker of its deployment may be silent. */
export function aliveBy({ tasks }: Pick<RunPlan, 'tasks'>): Alive {
  return { heartbeatTimeout: tasks[0]?.retry.heartbeatTimeoutMs ?? HEARTBEAT_TIMEOUT_MS };
}

/**
 * Planning reads the config, the clock and at most the ledger. It is retried for minutes: the file may be held by another
 * program for a while, and giving up would lose the interval.
 */
export const PLAN: ActivityOptions = {
  startToCloseTimeout: '5 minutes',
  heartbeatTimeout: HEARTBEAT_TIMEOUT_MS,
  retry: {
    initialInterval: '1 second',
    backoffCoefficient: 2,
    maximumInterval: '30 seconds',
    maximumAttempts: 12,
  },
};

/** A ledger row about a failure must not itself hold up that failure for long. */
export const RECORD: ActivityOptions = {
  startToCloseTimeout: '2 minutes',
  heartbeatTimeout: HEARTBEAT_TIMEOUT_MS,
  retry: {
    initialInterval: '1 second',
    backoffCoefficient: 2,
    maximumInterval: '20 seconds',
    maximumAttempts: 6,
  },
};

/**
 * The activity bounds each hook and its attempts itself, and never fails; what is bounded here is a worker that is lost
 * over it, and one that doesn't come back.
 */
export const HOOKS: ActivityOptions = {
  startToCloseTimeout: '3 minutes',
  scheduleToCloseTimeout: '10 minutes',
  heartbeatTimeout: HEARTBEAT_TIMEOUT_MS,
  retry: { initialInterval: '1 second', maximumAttempts: 2 },
};

/** Live runs go before backfill chunks where slots are scarce; 3 is the server's default. */
const PRIORITY: Readonly<Record<RunKind, number>> = { schedule: 2, manual: 2, catchup: 4, backfill: 4 };

export function priorityOf(kind: RunKind): { priorityKey: number } {
  return { priorityKey: PRIORITY[kind] };
}

/**
 * One attempt of a task. The server does not retry by itself: the workflow does, because a failure of the source counts as
 * a failed attempt and a lost worker does not. Cancelling waits until the activity has stopped or committed.
 */
export function loadProfile(retry: RetryPolicy, kind: RunKind): ActivityOptions {
  return {
    startToCloseTimeout: retry.timeoutMs,
    heartbeatTimeout: retry.heartbeatTimeoutMs,
    cancellationType: 'WAIT_CANCELLATION_COMPLETED',
    retry: { maximumAttempts: 1 },
    priority: priorityOf(kind),
  };
}
