import { isTidemarkError, TidemarkError } from '../../errors';
import { type Http, unexpectedBody } from '../../http';
import type { Log } from '../../source';
import { countDays, type Days, piecesOf } from './days';
import { TOO_MUCH_DATA } from './graph-errors';

interface JobOptions {
  readonly http: Http;
  readonly log: Log;
  /** `/v25.0` */
  readonly root: string;
  /** `act_123` */
  readonly account: string;
  /** What is asked for, beside the days. */
  readonly form: Readonly<Record<string, string | number | undefined>>;
  readonly pollMs: number;
  readonly timeoutMs: number;
}

/** A job whose rows can be read, and the days that it has. */
interface FinishedJob {
  readonly runId: string;
  readonly days: Days;
}

interface JobStatus {
  readonly async_status?: string;
  readonly async_percent_completion?: number;
}

const TRIES = 3;
const SLOWEST_POLL = 6;

/**
 * Runs the report of some days and gives the jobs that have its rows, in order. A job that fails, is skipped or takes too
 * long is started again; one that the API calls too much, or that failed again and again, is cut into two of half the days.
 *
 * Source: developers.facebook.com, "Insights API", "Limits and best practices: asynchronous jobs".
 *
 * @throws EXTRACT_FAILED where the job of a single day fails too often
 */
export async function* runJobs(days: Days, options: JobOptions): AsyncGenerator<FinishedJob, void, void> {
  const failures: string[] = [];
  while (failures.length < TRIES) {
    const runId = await start(days, options);
    const failure = runId === undefined ? 'too much data' : await outcome(runId, options);
    if (runId !== undefined && failure === undefined) {
      yield { runId, days };
      return;
    }
    failures.push(failure ?? '');
    options.log.warn(`the insights of ${days.since} to ${days.until} failed: ${failure}`, { runId });
    if (runId === undefined) break;
  }
  const length = countDays(days);
  if (length === 1)
    throw new TidemarkError(
      'EXTRACT_FAILED',
      `The job for the insights of "${days.since}" failed ${failures.length === 1 ? 'once' : `${failures.length} times`}, last with "${failures.at(-1)}". ` +
        'Ask for less: fewer "insights.fields" or "insights.breakdowns", or another "insights.level"; or try again later.',
      { details: { since: days.since, until: days.until, failures } },
    );
  for (const half of piecesOf(days, Math.ceil(length / 2))) yield* runJobs(half, options);
}

/** The id of a new job; undefined where the API won't begin with so much. */
async function start(days: Days, { http, root, account, form }: JobOptions): Promise<string | undefined> {
  const path = `${root}/${account}/insights`;
  try {
    const body = await http.post<{ readonly report_run_id?: string | number | bigint }>(path, {
      form: { ...form, time_range: JSON.stringify(days) },
      // a job too many does no harm
      idempotent: true,
    });
    if (body.report_run_id === undefined) throw unexpectedBody({ body, url: path }, 'has no "report_run_id"');
    return String(body.report_run_id);
  } catch (error) {
    if (isTidemarkError(error) && error.details['reason'] === TOO_MUCH_DATA) return undefined;
    throw error;
  }
}

/** Waits for a job to end; what it failed with, or undefined. */
async function outcome(
  runId: string,
  { http, log, root, pollMs, timeoutMs }: JobOptions,
): Promise<string | undefined> {
  const path = `${root}/${runId}`;
  const begun = http.now();
  for (let looks = 1; ; looks += 1) {
    const { async_status: status, async_percent_completion: percent } = await http.get<JobStatus>(path, {
      params: { fields: 'async_status,async_percent_completion' },
    });
    if (status === undefined) throw unexpectedBody({ body: {}, url: path }, 'has no "async_status"');
    // a job is said to be at 100 % a while before its rows are there
    if (status === 'Job Completed') return undefined;
    if (/Failed|Skipped/.test(status)) return status;
    if (http.now() - begun >= timeoutMs) return `no end after ${Math.round(timeoutMs / 1000)} s (${status})`;
    log.debug(`${status}, ${percent ?? 0} %`, { runId });
    await http.wait(pollMs * Math.min(looks, SLOWEST_POLL), `the insights job ${runId}`);
  }
}
