import { setTimeout as wait } from 'node:timers/promises';
import type bigquery from '@google-cloud/bigquery/build/src/types';
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
/** A job that failed for a moment keeps its id, and another is asked for. */
const MOST_TRIES = 5;

/**
 * Runs a job, or gives the one that ran under its id. One that failed by Google's own fault is run again under the next id.
 * @throws BigQueryFailure
 */
export async function runJob(client: BigQueryClient, request: JobRequest): Promise<DoneJob> {
  for (let attempt = 0; ; attempt++) {
    const id = attempt === 0 ? request.id : `${request.id}_${attempt}`;
    const reference = await insert(client, { ...request, id });
    try {
      return await ended(client, reference);
    } catch (error) {
      const again = isBigQueryFailure(error) && error.status === undefined && isPassing(error);
      if (!again || attempt + 1 >= MOST_TRIES) throw error;
    }
  }
}

async function insert(client: BigQueryClient, request: JobRequest): Promise<bigquery.IJobReference> {
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
    return made.jobReference ?? jobReference;
  } catch (error) {
    // the answer to a request whose first answer was lost
    if (isBigQueryFailure(error) && error.status === 409) return jobReference;
    throw error;
  }
}

const pathOf = (of: string, { jobId }: bigquery.IJobReference): string =>
  `${of}/${encodeURIComponent(jobId ?? '')}`;

/** Waits for a job, and gives what became of it. */
async function ended(client: BigQueryClient, reference: bigquery.IJobReference): Promise<DoneJob> {
  for (let pause = FIRST_POLL_MS; ; pause = Math.min(2 * pause, LONGEST_POLL_MS)) {
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
    // a query is waited for by Google; that it failed is told by the job
    if (job.configuration?.query === undefined) await waits();
    else await resultsPage(client, { reference, maxResults: 0 }).catch(waits);
  }
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
}

/** A page of the result of a query; that of a script is its last statement's. */
export function resultsPage(
  client: BigQueryClient,
  { reference, pageToken, maxResults }: PageRequest,
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
  });
}

/** All pages of a result. */
export async function* resultPages(
  client: BigQueryClient,
  reference: bigquery.IJobReference,
  maxResults?: number,
): AsyncGenerator<JobResults, void, void> {
  let pageToken: string | undefined;
  do {
    const page = await resultsPage(client, { reference, pageToken, maxResults });
    yield page;
    pageToken = page.pageToken;
  } while (pageToken !== undefined && pageToken !== '');
}
