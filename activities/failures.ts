import { ApplicationFailure, CancelledFailure } from '@temporalio/activity';
import { redact } from '../src/config';
import type { FailedAttempt, LoadFailureDetails } from '../src/contracts';
import { failureOf } from '../src/pipeline';

/**
 * A failure as Temporal keeps it: its type is the code, its message is without secrets, and it carries no stack of ours.
 * Whether trying again can help is what the failure says of itself.
 */
export function applicationFailure(failure: Omit<FailedAttempt, 'status'>): ApplicationFailure {
  const { code, message, retryable, retryAfterMs, outcomes } = failure;
  const details: LoadFailureDetails = { version: 1, retryAfterMs, outcomes };
  return ApplicationFailure.create({
    type: code,
    message: redact(message),
    nonRetryable: !retryable,
    ...(retryAfterMs === undefined ? {} : { nextRetryDelay: retryAfterMs }),
    details: [details],
  });
}

/** Gives an activity the errors that Temporal keeps. */
export function withFailures<I, O>(activity: (input: I) => Promise<O>): (input: I) => Promise<O> {
  return async (input) => {
    try {
      return await activity(input);
    } catch (error) {
      const isTemporals = error instanceof ApplicationFailure || error instanceof CancelledFailure;
      throw isTemporals ? error : applicationFailure(failureOf(error));
    }
  };
}
