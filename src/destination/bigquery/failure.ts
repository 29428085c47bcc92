import { STAGE_PREFIX } from './staging';

/** What Google says of a request or a job that failed: its `reason` is stable, its message is for people. */
export class BigQueryFailure extends Error {
  /** Google's: `rateLimitExceeded`, `notFound`; `unreachable` for a request without an answer. */
  readonly reason: string;
  /** Of HTTP; undefined for a job that failed. */
  readonly status: number | undefined;
  readonly jobId: string | undefined;
  /** Further errors of a load job, which name rows. */
  readonly errors: readonly string[];

  constructor(
    message: string,
    of: {
      readonly reason: string;
      readonly status?: number | undefined;
      readonly jobId?: string | undefined;
      readonly errors?: readonly string[] | undefined;
      readonly cause?: unknown;
    },
  ) {
    super(message, of.cause === undefined ? undefined : { cause: of.cause });
    this.reason = reasonWithin(message, of.reason);
    this.status = of.status;
    this.jobId = of.jobId;
    this.errors = of.errors ?? [];
  }
}

/**
 * Google tells of a statement of a script that failed, by whatever, as of invalid SQL, in these words. So did those who met it:
 * dlt's issue 2892 has a conflict of transactions with that reason.
 */
const QUERY_ERROR = /^Query error: /;
const REASONS_WITHIN: readonly (readonly [said: RegExp, reason: string])[] = [
  [/Exceeded rate limits|Too many DML statements outstanding/i, 'rateLimitExceeded'],
  [/Quota exceeded/i, 'quotaExceeded'],
  [/exceeded limit for bytes billed/i, 'bytesBilledLimitExceeded'],
  [/Access Denied/i, 'accessDenied'],
  [/Not found: /i, 'notFound'],
];

function reasonWithin(message: string, reason: string): string {
  if (reason !== 'invalidQuery' || !QUERY_ERROR.test(message)) return reason;
  return REASONS_WITHIN.find(([said]) => said.test(message))?.[1] ?? reason;
}

export const isBigQueryFailure = (error: unknown, reason?: string): error is BigQueryFailure =>
  error instanceof BigQueryFailure && (reason === undefined || error.reason === reason);

/**
 * Reasons after which Google asks to repeat what failed, from its table of errors: limits of rate, and failures of its own. A quota
 * of a day isn't among them.
 */
const PASSING: ReadonlySet<string> = new Set([
  'unreachable',
  'rateLimitExceeded',
  'jobRateLimitExceeded',
  'userRateLimitExceeded',
  'backendError',
  'jobBackendError',
  'internalError',
  'jobInternalError',
  'tableUnavailable',
]);

const PASSING_STATUS: ReadonlySet<number> = new Set([429, 500, 502, 503, 504]);

/** Whether the same may succeed in a moment. */
export const isPassing = ({ reason, status, message }: BigQueryFailure): boolean =>
  PASSING.has(reason) ||
  /retrying the job may solve/i.test(message) ||
  (status !== undefined && PASSING_STATUS.has(status));

/** A first statement of a script that finds its dataset changed since its plan was made. */
export const MOVED = 'tidemark:moved';

/** Whether another transaction changed what this one was planned from: nothing of this one is left. */
export function isConflict(error: unknown): boolean {
  return (
    isBigQueryFailure(error) &&
    (error.message.includes(MOVED) ||
      /aborted due to concurrent update|Could not serialize access/i.test(error.message))
  );
}

/** A failure of a script by which its dataset is known to have changed since its plan was made. */
export const movedBy = (failure: BigQueryFailure): BigQueryFailure =>
  new BigQueryFailure(`${MOVED}: ${failure.message}`, {
    reason: failure.reason,
    jobId: failure.jobId,
    cause: failure,
  });

/** Whether the table is gone in which rows waited: it has expired, or another attempt of the load has taken them. */
export const isStageGone = (error: unknown): boolean =>
  isBigQueryFailure(error) && new RegExp(`Not found: Table \\S*${STAGE_PREFIX}`).test(error.message);
