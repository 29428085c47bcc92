import { ApplicationFailure, CancelledFailure } from '@temporalio/activity';
import { redact } from '../src/config';
import type { LoadFailureDetails } from '../src/contracts';
import { isTidemarkError } from '../src/errors';

export interface FailureFacts {
  readonly code: string;
  readonly message: string;
  readonly retryable: boolean;
  readonly retryAfterMs?: number | undefined;
  readonly outcomes?: LoadFailureDetails['outcomes'];
}

export function failureDetails({
  retryAfterMs,
  outcomes,
}: Pick<FailureFacts, 'retryAfterMs' | 'outcomes'>): LoadFailureDetails {
  return {
    version: 1,
    ...(retryAfterMs !== undefined && { retryAfterMs }),
    ...(outcomes !== undefined && { outcomes }),
  };
}

/** A failure as Temporal keeps it: its type is the code, its message is without secrets, and it carries no stack of ours. */
export function applicationFailure(facts: FailureFacts): ApplicationFailure {
  const { code, message, retryable, retryAfterMs } = facts;
  return ApplicationFailure.create({
    type: code,
    message: redact(message),
    nonRetryable: !retryable,
    ...(retryAfterMs !== undefined && { nextRetryDelay: retryAfterMs }),
    details: [failureDetails(facts)],
  });
}

/**
 * The one place where it is decided what an error means to Temporal: whether trying again can help is what the error
 * says of itself. What is no error of tidemark's is taken for a passing one.
 */
export function factsOf(error: unknown): FailureFacts {
  if (isTidemarkError(error)) {
    const { code, message, retryable, retryAfterMs } = error;
    return { code, message: redact(message), retryable, retryAfterMs };
  }
  const message = error instanceof Error ? error.message : String(error);
  return { code: 'UNKNOWN', message: redact(message), retryable: true };
}

/** Gives an activity the errors that Temporal keeps. */
export function withFailures<I, O>(activity: (input: I) => Promise<O>): (input: I) => Promise<O> {
  return async (input) => {
    try {
      return await activity(input);
    } catch (error) {
      const isTemporals = error instanceof ApplicationFailure || error instanceof CancelledFailure;
      throw isTemporals ? error : applicationFailure(factsOf(error));
    }
  };
}
