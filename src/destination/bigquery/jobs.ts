import { setTimeout as wait } from 'node:timers/promises';
import type bigquery from '@google-cloud/bigquery/build/src/types';
import { TidemarkError } from '../../errors';
import { apart } from '../sql';
import type { BigQueryClient } from './client';
import { BigQueryFailure, isBigQueryFailure, isPassing } from './failure';

export type JobConfiguration = bigquery.IJobConfiguration;
export type Job = bigquery.IJob;
export type JobResults = bigquery.IGetQueryResultsResponse;

/** A job that is to be run. */
export interface JobRequest {
  /** The same for a request that is repeated: the job that ran is its answer. */
  readonly id: string;
  readonly location: string | undefined;
  readonly configuration: JobConfiguration;
  /** What a load job loads. */
  readonly file?: string | undefined;
  /** Whether there may be a job of the id, which is asked for before the file is sent. @default false */
  readonly mayBeThere?: boolean | undefined;
  /** Ends the waiting, and the job with it. @default it is waited for */
  readonly signal?: AbortSignal | undefined;
}

/** A job that came to its end. */
export interface DoneJob {
  readonly job: Job;
  /** Where it ran. */
  readonly reference: bigquery.IJobReference;
}

/** Google waits for so long before it says that a query isn't done. */
const WAIT_MS = 10_000;
/** Load jobs are asked for. */
const FIRST_POLL_MS = 20;
const LONGEST_POLL_MS = 3000;
/** Before a job that failed for a moment is run again; twice as long each time. */
const FIRST_PAUSE_MS = 500;

/**
 * Runs a job, or gives the one that ran under its id. One that failed by Google's own fault is run again under the next id, with
 * pauses that together are no longer than requests are repeated. So is one that an earlier attempt began and that failed, by whatever:
 * it would be the answer forever, though what was wrong has been mended.
 * @throws BigQueryFailure
 */
export async function runJob(client: BigQueryClient, request: JobRequest): Promise<DoneJob> {
  let pause = FIRST_PAUSE_MS;
  for (let attempt = 0, waited = 0; ; attempt++) {
    const id = attempt === 0 ? request.id : `${request.id}_${attempt}`;
    const numbered = { ...request, id };
    const { reference, isNew } = (await found(client, numbered)) ?? (await insert(client, numbered));
    try {
      return await ended(client, reference, request.signal);
    } catch (error) {
      // a job that can't be asked for may still run
      if (!isBigQueryFailure(error) || error.jobId === undefined) throw error;
      if (!isNew) continue;
      waited += pause;
      if (!isPassing(error) || waited > client.place.retryDeadlineMs) throw error;
      await wait(apart(pause));
      pause *= 2;
    }
  }
}

interface Inserted {
  readonly reference: bigquery.IJobReference;
  /** Not if there was one of the id. */
  readonly isNew: boolean;
}

/** The job of an id, if it may be there and is. */
async function found(client: BigQueryClient, request: JobRequest): Promise<Inserted | undefined> {
  if (request.mayBeThere !== true) return undefined;
  const { id: jobId, location } = request;
  const reference = { projectId: client.place.projectId, jobId };
  try {
    await client.call<Job>({ method: 'GET', path: pathOf('jobs', reference), query: { location } });
  } catch (error) {
    if (isBigQueryFailure(error, 'notFound')) return undefined;
    throw error;
  }
  return { reference: location === undefined ? reference : { ...reference, location }, isNew: false };
}

async function insert(client: BigQueryClient, request: JobRequest): Promise<Inserted> {
  const { id, location, configuration, file } = request;
  const { projectId } = client.place;
  const jobReference: bigquery.IJobReference = { projectId, jobId: id };
  if (location !== undefined) jobReference.location = location;
  const job: Job = { jobReference, configuration };
  try {
    const made =
      file === undefined
        ? await client.call<Job>({ method: 'POST', path: 'jobs', body: job })
        : await client.upload<Job>({ file, job });
    return { reference: made.jobReference ?? jobReference, isNew: true };
  } catch (error) {
    // the answer to a request whose first answer was lost, or to another attempt's
    if (isBigQueryFailure(error) && error.status === 409) return { reference: jobReference, isNew: false };
    throw error;
  }
}

const pathOf = (of: string, { jobId }: bigquery.IJobReference): string =>
  `${of}/${encodeURIComponent(jobId ?? '')}`;

/** Waits for a job, and gives what became of it. */
async function ended(
  client: BigQueryClient,
  reference: bigquery.IJobReference,
  signal: AbortSignal | undefined,
): Promise<DoneJob> {
  for (let pause = FIRST_POLL_MS; ; pause = Math.min(2 * pause, LONGEST_POLL_MS)) {
    if (signal?.aborted === true) await cancel(client, reference, signal);
    const { location } = reference;
    const job = await client.call<Job>({
      method: 'GET',
      path: pathOf('jobs', reference),
      query: { location },
    });
    if (job.status?.state === 'DONE') {
      refuseFailed(job);
      return { job, reference: job.jobReference ?? reference };
    }
    const waits = () => wait(pause);
    // a query is waited for by Google; one that failed answers by its own error, which is told by the job
    const isQuery = job.configuration?.query !== undefined;
    const waiting = isQuery
      ? resultsPage(client, { reference, maxResults: 0, once: true }).catch(waits)
      : waits();
    await untilAborted(waiting, signal);
  }
}

/** Waits until a signal comes. */
async function untilAborted(waiting: Promise<unknown>, signal: AbortSignal | undefined): Promise<void> {
  if (signal === undefined) return void (await waiting);
  let stop = (): void => {};
  const aborted = new Promise<void>((resolve) => {
    stop = resolve;
  });
  signal.addEventListener('abort', stop);
  try {
    await Promise.race([waiting, aborted]);
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

/** Ends a job that nobody waits for any more. @throws TidemarkError CANCELLED */
async function cancel(
  client: BigQueryClient,
  reference: bigquery.IJobReference,
  signal: AbortSignal,
): Promise<never> {
  const { location } = reference;
  const path = `${pathOf('jobs', reference)}/cancel`;
  await client.call({ method: 'POST', path, query: { location }, once: true }).catch(() => undefined);
  throw new TidemarkError(
    'CANCELLED',
    `Cancelled while the job "${reference.jobId}" was waited for, which was ended; nothing was written.`,
    { cause: signal.reason },
  );
}

function refuseFailed({ status, jobReference }: Job): void {
  const { errorResult, errors = [] } = status ?? {};
  if (errorResult === undefined) return;
  throw new BigQueryFailure(errorResult.message ?? 'the job failed', {
    reason: errorResult.reason ?? '',
    jobId: jobReference?.jobId,
    errors: errors.map(({ message = '', location = '' }) =>
      location === '' ? message : `${location}: ${message}`,
    ),
  });
}

interface PageRequest {
  readonly reference: bigquery.IJobReference;
  readonly pageToken?: string | undefined;
  readonly maxResults?: number | undefined;
  /** Whether a failure is told at once. @default false */
  readonly once?: boolean | undefined;
}

/** A page of the result of a query; that of a script is its last statement's. */
export function resultsPage(
  client: BigQueryClient,
  { reference, pageToken, maxResults, once }: PageRequest,
): Promise<JobResults> {
  const { location } = reference;
  return client.call<JobResults>({
    method: 'GET',
    path: pathOf('queries', reference),
    query: {
      location,
      maxResults,
      pageToken,
      timeoutMs: WAIT_MS,
      'formatOptions.useInt64Timestamp': true,
    },
    waitMs: WAIT_MS,
    once,
  });
}

/** All pages of a result. */
export async function* resultPages(
  client: BigQueryClient,
  reference: bigquery.IJobReference,
  maxResults?: number,
): AsyncGenerator<JobResults, void, void> {
  for (let pageToken: string | undefined; ; ) {
    const page = await resultsPage(client, { reference, pageToken, maxResults });
    // it has waited for as long as it was asked to, and there is no page yet
    if (page.jobComplete === false) continue;
    yield page;
    pageToken = page.pageToken;
    if (pageToken === undefined || pageToken === '') return;
  }
}
