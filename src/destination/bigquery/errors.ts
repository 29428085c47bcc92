import { isTidemarkError, TidemarkError } from '../../errors';
import { type BigQueryFailure, isBigQueryFailure, isConflict, isPassing, isStageGone } from './failure';
import { type BigQueryPlace, describePlace } from './place';

type Place = Pick<BigQueryPlace, 'projectId'>;

/** A quota is counted anew at midnight of Google's time, smaller ones within minutes. */
const QUOTA_WAIT_MS = 600_000;

/** What of a failed job is shown. */
const SHOWN_ERRORS = 3;

/** Does work of which a failure of Google's is told as one of ours. @param doing what it does, as in "to commit" */
export async function told<T>(place: Place, doing: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw bigqueryError(error, place, doing);
  }
}

/** A failure of Google's as one of ours, told what was being done. */
export function bigqueryError(error: unknown, place: Place, doing: string): unknown {
  if (isTidemarkError(error) || !isBigQueryFailure(error)) return error;
  const at = `"${describePlace(place)}"`;
  const { reason, jobId } = error;
  const said = saidBy(error);
  const make = (
    as: 'DESTINATION_REFUSED' | 'DESTINATION_FAILED',
    text: string,
    retryAfterMs?: number,
  ): TidemarkError =>
    new TidemarkError(as, text, {
      cause: error,
      details: { project: place.projectId, reason, jobId: jobId ?? null },
      retryAfterMs,
    });
  if (isConflict(error))
    return make(
      'DESTINATION_FAILED',
      `BigQuery at ${at} failed ${doing}: other commits of the dataset were first each time. The load is tried again; fewer loads at once into one dataset meet less often.`,
    );
  if (isStageGone(error))
    return make(
      'DESTINATION_FAILED',
      `BigQuery at ${at} failed ${doing}: rows that waited to be taken are gone: ${said}. They are brought again when the load is tried again.`,
    );
  const required = requiredColumn(error.message);
  if (required !== undefined)
    return new TidemarkError(
      'NULL_IN_NOT_NULL',
      `A row has no value in column "${required}", which is required. Give every row a value, or declare the column as \`nullable: true\`.`,
      { cause: error, details: { column: required } },
    );
  switch (reason) {
    case 'quotaExceeded':
      return make(
        'DESTINATION_FAILED',
        `BigQuery at ${at} failed ${doing}: a quota is used up (quotaExceeded): ${said}. It is tried again in ${QUOTA_WAIT_MS / 60_000} minutes; raise the quota in the project's console, or load less often.`,
        QUOTA_WAIT_MS,
      );
    case 'bytesBilledLimitExceeded':
      return make(
        'DESTINATION_REFUSED',
        `BigQuery at ${at} refused ${doing}: ${said}. Raise "maximumBytesBilled", or partition the table and load smaller intervals.`,
      );
    case 'accessDenied':
    case 'forbidden':
      return make(
        'DESTINATION_REFUSED',
        `BigQuery at ${at} refused ${doing}: ${said}. The account needs the roles BigQuery Data Editor (on the dataset, or on the project to make datasets) and BigQuery Job User on the project.`,
      );
    case 'authError':
    case 'required':
      return make(
        'DESTINATION_REFUSED',
        `BigQuery at ${at} refused the credentials: ${said}. Check "credentials", or what GOOGLE_APPLICATION_CREDENTIALS leads to.`,
      );
    case 'notFound':
      return make('DESTINATION_REFUSED', notFound(at, doing, said));
    case 'billingNotEnabled':
      return make(
        'DESTINATION_REFUSED',
        `BigQuery at ${at} refused ${doing}: ${said}. Statements that change tables need a project with billing; the sandbox has none.`,
      );
    case 'unreachable':
      return make(
        'DESTINATION_FAILED',
        `BigQuery at ${at} failed ${doing}: no answer (${said}). Check that this machine reaches the API.`,
      );
    default: {
      const tells = `${said}${reason === '' ? '' : ` (${reason})`}`;
      return isPassing(error) || ['stopped', 'timeout', 'jobTimeout'].includes(reason)
        ? make('DESTINATION_FAILED', `BigQuery at ${at} failed ${doing}: ${tells}.`)
        : make('DESTINATION_REFUSED', `BigQuery at ${at} refused ${doing}: ${tells}.`);
    }
  }
}

function saidBy({ message, errors }: BigQueryFailure): string {
  const others = errors.filter((one) => one !== message).slice(0, SHOWN_ERRORS);
  return [message, ...others].join('; ').replace(/\.+$/, '');
}

function notFound(at: string, doing: string, said: string): string {
  return /in location/.test(said)
    ? `BigQuery at ${at} failed ${doing}: ${said}. A dataset stays in the location that it was made in: set "location" to that, or use another dataset.`
    : `BigQuery at ${at} failed ${doing}: ${said}. Check "projectId" and the names, and that nobody has dropped the dataset meanwhile.`;
}

/** The column of a message about a NULL that may not be. */
function requiredColumn(message: string): string | undefined {
  return /Required (?:column value for|field) "?(?:column index: )?`?([\w.]+)`?"? (?:which is single-valued )?(?:cannot be null|is missing)|Column "?`?([\w.]+)`?"? (?:is REQUIRED|cannot be null)/i
    .exec(message)
    ?.slice(1)
    .find((name) => name !== undefined);
}

/** A failure of a user's SQL. */
export function queryError(error: unknown, place: Place): unknown {
  if (isTidemarkError(error) || !isBigQueryFailure(error)) return error;
  const invalid =
    error.reason === 'invalidQuery' || error.reason === 'invalid' || error.reason === 'notFound';
  return invalid
    ? new TidemarkError('QUERY_FAILED', `The query failed: ${saidBy(error)}`, { cause: error })
    : bigqueryError(error, place, 'to run a query');
}

/** Whether another transaction was first, so that nothing of this one is left. */
export const isOvertaken = (error: unknown): boolean =>
  isTidemarkError(error) &&
  isBigQueryFailure(error.cause) &&
  (isConflict(error.cause) || isStageGone(error.cause));

/** Whether a transaction that failed so may be done again at once: nothing of it is left, or its answer was lost. */
export const isInterrupted = (error: unknown): boolean =>
  isTidemarkError(error) && isBigQueryFailure(error.cause) && isPassing(error.cause);
