import {
  ActivityFailure,
  ApplicationFailure,
  CancelledFailure,
  ChildWorkflowFailure,
  isCancellation,
  TerminatedFailure,
  TimeoutFailure,
} from '@temporalio/workflow';
import type { AttemptOutcome, LoadFailureDetails, LoadIntervalResult } from '../src/contracts';
import { TIMED_OUT } from '../src/plan/tasks';

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** What a load says beside its failure; nothing where the server made the failure. */
function detailsOf(cause: unknown): Partial<LoadFailureDetails> {
  const has = cause instanceof ApplicationFailure || cause instanceof CancelledFailure;
  return ((has ? cause.details?.[0] : undefined) ?? {}) as Partial<LoadFailureDetails>;
}

/** What the failure of a load activity means: the attempt failed, its worker was lost, or the run was cancelled. */
export function readAttemptFailure(error: unknown): Exclude<AttemptOutcome, { status: 'loaded' }> {
  const cause = error instanceof ActivityFailure ? error.cause : error;
  if (isCancellation(error)) return { status: 'cancelled', outcomes: detailsOf(cause).outcomes };
  if (cause instanceof TimeoutFailure)
    return cause.timeoutType === 'HEARTBEAT'
      ? { status: 'lost', message: 'its worker fell silent' }
      : TIMED_OUT;
  if (!(cause instanceof ApplicationFailure))
    return { status: 'failed', code: 'INTERNAL', message: messageOf(cause), retryable: true };
  const { retryAfterMs, outcomes } = detailsOf(cause);
  if (cause.type === 'WORKER_STOPPED') return { status: 'lost', message: cause.message, outcomes };
  return {
    status: 'failed',
    code: cause.type ?? 'INTERNAL',
    message: cause.message,
    retryable: cause.nonRetryable !== true,
    retryAfterMs,
    outcomes,
  };
}

/** How a `tidemarkLoadInterval` child ended, if it did not complete. */
export type ChildEnd =
  | { readonly kind: 'cancelled' }
  | {
      readonly kind: 'failed';
      readonly code: string;
      readonly message: string;
      readonly result: LoadIntervalResult | undefined;
    };

/** Reads the failure of a child run. Its code is that of the first resource that failed. */
export function readChildFailure(error: unknown): ChildEnd {
  if (isCancellation(error)) return { kind: 'cancelled' };
  const cause = error instanceof ChildWorkflowFailure ? error.cause : error;
  if (cause instanceof TerminatedFailure)
    return { kind: 'failed', code: 'TERMINATED', message: 'The run was terminated.', result: undefined };
  if (cause instanceof ApplicationFailure) {
    const result = cause.details?.[0] as LoadIntervalResult | undefined;
    const first = result?.outcomes.find((outcome) => outcome.status === 'failed');
    return {
      kind: 'failed',
      code: first?.error?.code ?? cause.type ?? 'INTERNAL',
      message: cause.message,
      result,
    };
  }
  return { kind: 'failed', code: 'INTERNAL', message: messageOf(cause), result: undefined };
}
