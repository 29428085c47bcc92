import { redact } from '../config';
import { isTidemarkError } from '../errors';
import type { ResourceFailure } from './types';

/** What went wrong, as a value. */
export type Failure = Omit<ResourceFailure, 'resource'>;

/**
 * What an error says of itself: a stable code, a message without secrets, whether trying again can help. An error that is
 * not one of tidemark's is taken for a passing one.
 */
export function failureOf(error: unknown): Failure {
  if (isTidemarkError(error)) {
    const { code, message, retryable, retryAfterMs } = error;
    return { code, message: redact(message), retryable, retryAfterMs };
  }
  const message = error instanceof Error ? error.message : String(error);
  return { code: 'UNKNOWN', message: redact(message), retryable: true };
}

/** The message where the resource's name stands beside it anyway. */
export const messageAlone = ({ resource, message }: ResourceFailure): string => {
  const named = `Resource "${resource}": `;
  return message.startsWith(named) ? message.slice(named.length) : message;
};
