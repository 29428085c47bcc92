import { ApiError } from './api-error';
import { cellsOf, type InstantFormat } from './cells';
import { fieldOf } from './fields';
import { type JobRecord, jobResource } from './job';
import type { Job, QueryResults, TableRow } from './rest-types';
import { pageOf, type RestRequest, type Route } from './route';

export const JOB_ROUTES: readonly Route[] = [
  {
    method: 'POST',
    path: /^\/jobs$/,
    body: 'IJob',
    answer: 'IJob',
    handle: ({ body }, { jobs }) => jobResource(jobs.insert(body as Job, undefined)),
  },
  {
    method: 'GET',
    path: /^\/jobs$/,
    parameters: 'jobs.IListParams',
    answer: 'IJobList',
    handle: ({ query }, { jobs }) => {
      const state = query.getAll('stateFilter');
      const all = jobs.all().filter((job) => {
        if (query.has('parentJobId')) return false;
        return state.length === 0 || state.includes(job.state.toLowerCase());
      });
      const { items, next } = pageOf([...all].reverse(), query);
      const listed = items.map((job) => {
        const { id, kind, jobReference, statistics, status, configuration } = jobResource(job);
        return { id, kind, jobReference, statistics, status, configuration, state: job.state };
      });
      return { kind: 'bigquery#jobList', etag: 'jobs', jobs: listed, nextPageToken: next };
    },
  },
  {
    method: 'GET',
    path: /^\/jobs\/(?<job>[^/]+)$/,
    parameters: 'jobs.IGetParams',
    answer: 'IJob',
    handle: ({ names, query }, { jobs }) => jobResource(jobs.find(names['job']!, query.get('location'))),
  },
  {
    method: 'POST',
    path: /^\/jobs\/(?<job>[^/]+)\/cancel$/,
    parameters: 'jobs.ICancelParams',
    answer: 'IJobCancelResponse',
    handle: ({ names, query }, { jobs }) => {
      const job = jobs.find(names['job']!, query.get('location'));
      jobs.cancel(job);
      return { kind: 'bigquery#jobCancelResponse', job: jobResource(job) };
    },
  },
  {
    method: 'GET',
    path: /^\/queries\/(?<job>[^/]+)$/,
    parameters: 'jobs.IGetQueryResultsParams',
    answer: 'IGetQueryResultsResponse',
    handle: async (request, { jobs }) => {
      const job = jobs.find(request.names['job']!, request.query.get('location'));
      if (job.configuration.query === undefined)
        throw new ApiError('invalid', 'Cannot get query results of a job that is no query');
      await isDone(job, Number(request.query.get('timeoutMs') ?? 10_000));
      return results(job, request);
    },
  },
];

/** Waits for a job, no longer than the client wants to. */
async function isDone(job: JobRecord, timeoutMs: number): Promise<void> {
  if (job.state === 'DONE' || timeoutMs <= 0) return;
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, timeoutMs);
  });
  await Promise.race([job.done, late]);
  clearTimeout(timer);
}

function results(job: JobRecord, { query }: RestRequest): QueryResults {
  const { reference, error, result, statistics } = job;
  const head: QueryResults = { kind: 'bigquery#getQueryResultsResponse', jobReference: reference };
  if (job.state !== 'DONE') return { ...head, jobComplete: false };
  if (error !== undefined) throw error;
  const { columns, rows, affected } = result ?? { columns: [], rows: [], affected: undefined };
  const answer: QueryResults = {
    ...head,
    etag: reference.jobId,
    jobComplete: true,
    cacheHit: false,
    totalRows: String(rows.length),
    totalBytesProcessed: String(statistics.processed),
  };
  if (affected !== undefined) answer.numDmlAffectedRows = String(affected);
  if (columns.length === 0) return answer;
  answer.schema = { fields: columns.map(fieldOf) };
  const first = Number(query.get('pageToken') ?? query.get('startIndex') ?? 0);
  const last = first + Number(query.get('maxResults') ?? rows.length);
  const page = pageWithin(rows.slice(first, last), (row) => cellsOf(row, columns, formatOf(query)));
  if (page.length > 0) answer.rows = page;
  const next = first + page.length;
  if (page.length > 0 && next < rows.length) answer.pageToken = String(next);
  return answer;
}

/** What a page holds at the most, whatever was asked for. */
const PAGE_BYTES = 10 * 2 ** 20;

function pageWithin<T>(rows: readonly T[], cells: (row: T) => TableRow): TableRow[] {
  const page: TableRow[] = [];
  let bytes = 0;
  for (const row of rows) {
    const made = cells(row);
    bytes += JSON.stringify(made).length;
    if (bytes > PAGE_BYTES && page.length > 0) break;
    page.push(made);
  }
  return page;
}

function formatOf(query: URLSearchParams): InstantFormat {
  const format = query.get('formatOptions.timestampOutputFormat');
  if (format === 'INT64' || format === 'ISO8601_STRING') return format;
  return query.get('formatOptions.useInt64Timestamp') === 'true' ? 'INT64' : 'FLOAT64';
}
