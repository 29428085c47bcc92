import { redact } from '../config';
import { isTidemarkError } from '../errors';
import type { ResourceFailure } from './types';

/** What went wrong with a resource, as a value: a stable code, a message without secrets, whether trying again can help. */
export function failureOf(resource: string, error: unknown): ResourceFailure {
  if (isTidemarkError(error))
    return {
      resource,
      code: error.code,
      message: redact(error.message),
      retryable: error.retryable,
      ...(error.retryAfterMs !== undefined && { retryAfterMs: error.retryAfterMs }),
    };
  const message = error instanceof Error ? error.message : String(error);
  return { resource, code: 'UNKNOWN', message: redact(message), retryable: true };
}

/** The message where the resource's name stands beside it anyway. */
export const messageAlone = ({ resource, message }: ResourceFailure): string => {
  const named = `Resource "${resource}": `;
  return message.startsWith(named) ? message.slice(named.length) : message;
};
