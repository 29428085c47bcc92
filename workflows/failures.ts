import {
  ActivityFailure,
  ApplicationFailure,
  ChildWorkflowFailure,
  isCancellation,
  TerminatedFailure,
  TimeoutFailure,
} from '@temporalio/workflow';
import type { LoadFailureDetails, LoadIntervalResult, ResourceOutcome, TryEnd } from '../src/contracts';

/** What a failed try of a load means for the next one. */
export type TryFailure =
  | { readonly kind: 'cancelled' }
  /** The worker died or stopped: no try. */
  | { readonly kind: 'lost'; readonly message: string }
  | {
      readonly kind: 'failed';
      readonly code: string;
      readonly message: string;
      readonly retryable: boolean;
      /** The source asked to be left alone that long: no try either. */
      readonly retryAfterMs: number | undefined;
      /** What was loaded all the same, where the component has several resources. */
      readonly outcomes: readonly ResourceOutcome[];
    };

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

function failed(code: string, message: string, retryable: boolean, details?: LoadFailureDetails): TryFailure {
  const { retryAfterMs, outcomes = [] } = details ?? {};
  return { kind: 'failed', code, message, retryable, retryAfterMs, outcomes };
}

/** The failure of a try that was made in a group. */
export function failureOf({ failure }: Extract<TryEnd, { readonly failure: unknown }>): TryFailure {
  const { code, message, retryable } = failure;
  return failed(code, message, retryable, failure);
}

/** Reads the failure of a load activity. */
export function readTryFailure(error: unknown): TryFailure {
  if (isCancellation(error)) return { kind: 'cancelled' };
  const cause = error instanceof ActivityFailure ? error.cause : error;
  if (cause instanceof TimeoutFailure)
    return cause.timeoutType === 'HEARTBEAT'
      ? { kind: 'lost', message: 'its worker fell silent' }
      : failed(
          'LOAD_TIMEOUT',
          'The load took longer than "timeout" allows; raise it, or load shorter intervals.',
          true,
        );
  if (!(cause instanceof ApplicationFailure)) return failed('INTERNAL', messageOf(cause), true);
  if (cause.type === 'WORKER_STOPPED') return { kind: 'lost', message: cause.message };
  const details = cause.details?.[0] as LoadFailureDetails | undefined;
  return failed(cause.type ?? 'INTERNAL', cause.message, cause.nonRetryable !== true, details);
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
