import type { ContentfulStatusCode } from 'hono/utils/http-status';
import { type ErrorCode, isTidemarkError, type TidemarkError } from '../errors';
import { redact } from '../redaction';
import type { ApiError } from './api';

/** Why a request isn't done: its status, a stable code, and a sentence with the cure. */
export class Refusal extends Error {
  readonly status: ContentfulStatusCode;
  readonly code: string;

  constructor(status: ContentfulStatusCode, code: string, message: string) {
    super(message);
    this.name = 'Refusal';
    this.status = status;
    this.code = code;
  }
}

/** Codes that say that something outside is not to be had now. */
const NOT_REACHED: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'TEMPORAL_UNAVAILABLE',
  'TEMPORAL_NOT_INSTALLED',
  'SERVER_START_FAILED',
  'DESTINATION_LOCKED',
  'DESTINATION_FAILED',
  'DESTINATION_REFUSED',
  'DESTINATION_NOT_A_DATABASE',
  'SECRET_MISSING',
  'CONFIG_MISSING',
  'CANCELLED',
]);

/** Codes of what a request named or wrote wrongly. */
const BAD_INPUT: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'USAGE',
  'RESOURCE_UNKNOWN',
  'PARAM_INVALID',
  'CRON_INVALID',
  'ZONE_INVALID',
  'INSTANT_INVALID',
  'DURATION_INVALID',
  'INTERVAL_INVALID',
  'IDENTIFIER_INVALID',
]);

/** What the SDK throws where the server doesn't answer, or not in time: `ServiceError`, with gRPC's own error as its cause. */
export function isTemporalFailure(error: unknown): boolean {
  if (isTidemarkError(error))
    return ['TEMPORAL_UNAVAILABLE', 'TEMPORAL_NOT_INSTALLED', 'SERVER_START_FAILED'].includes(error.code);
  if (!(error instanceof Error)) return false;
  const { cause } = error;
  return error.name === 'ServiceError' || (cause instanceof Error && 'code' in cause && 'details' in cause);
}

/** An answer that isn't what was asked for. */
export interface ErrorAnswer {
  readonly status: ContentfulStatusCode;
  readonly body: ApiError;
}

/**
 * The answer to a request that failed: bad input 400, what isn't there 404, what can't be reached 503. Of what nobody foresaw
 * it tells nothing: the server's terminal does.
 */
export function errorAnswer(error: unknown): ErrorAnswer {
  if (error instanceof Refusal) return answer(error.status, error.code, error.message);
  if (isTidemarkError(error)) return answer(statusOf(error), error.code, error.message);
  if (isTemporalFailure(error))
    return answer(503, 'TEMPORAL_UNAVAILABLE', `Temporal doesn't answer: ${reasonOf(error)}.`);
  return answer(
    500,
    'INTERNAL',
    'Something went wrong that nobody foresaw; the terminal of the server says what.',
  );
}

/** Whether an error is the server's own fault: its terminal should show it. */
export const isUnforeseen = (error: unknown): boolean => errorAnswer(error).status === 500;

function statusOf({ code }: TidemarkError): ContentfulStatusCode {
  if (code === 'PIPELINE_UNKNOWN') return 404;
  if (BAD_INPUT.has(code)) return 400;
  return NOT_REACHED.has(code) ? 503 : 500;
}

function reasonOf(error: unknown): string {
  const { message, cause } = error as Error;
  const details = (cause as { readonly details?: unknown } | undefined)?.details;
  return (typeof details === 'string' && details !== '' ? details : message).replace(/[.\s]+$/, '');
}

const answer = (status: ContentfulStatusCode, code: string, message: string): ErrorAnswer => ({
  status,
  body: { error: { code, message: redact(message) } },
});
