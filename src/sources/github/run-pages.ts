import type { Http } from '../../http';
import type { Log } from '../../source';
import { PER_PAGE } from './changed-pages';
import type { Visit } from './repositories';

/** How many runs GitHub lists of those that it is asked for by time. */
const MOST = 1000;

/** A workflow run, as far as it matters here. */
export interface WorkflowRun {
  readonly id: number;
  readonly created_at: string;
  readonly [field: string]: unknown;
}

interface RunList {
  readonly total_count: number;
  readonly workflow_runs: readonly WorkflowRun[];
}

/** Whole unix seconds, both inclusive, as GitHub's `created` has them. */
interface Window {
  readonly from: number;
  readonly to: number;
}

const text = (seconds: number): string => `${new Date(seconds * 1000).toISOString().slice(0, 19)}Z`;

/**
 * The workflow runs that were created in the range, a part of it after the other, oldest part first. GitHub lists 1,000
 * runs of a range at most: one that has as many is halved.
 *
 * Within a part runs come newest first. Its pages are read from the last one to the first: where a run is deleted meanwhile,
 * the others move to pages that are still to come, and none is missed.
 */
export async function* runPages(
  http: Http,
  log: Log,
  { path, cursor, resumeFrom, checkpoint }: Visit,
): AsyncGenerator<readonly WorkflowRun[], void, void> {
  const { startValue, endValue } = cursor;
  const start = resumeFrom === undefined ? Math.floor(Date.parse(startValue) / 1000) : Number(resumeFrom);
  const end = endValue === undefined ? http.now() / 1000 + 1 : Date.parse(endValue) / 1000;
  const request = ({ from, to }: Window, page: number): Promise<RunList> =>
    http.get<RunList>(`${path}/actions/runs`, {
      params: { created: `${text(from)}..${text(to)}`, per_page: PER_PAGE, page },
    });
  const left: Window[] = [{ from: start, to: Math.ceil(end) - 1 }];
  for (let window = left.pop(); window !== undefined; window = left.pop()) {
    const { from, to } = window;
    if (from > to) continue;
    const first = await request(window, 1);
    if (first.total_count >= MOST && from < to) {
      const middle = Math.floor((from + to) / 2);
      left.push({ from: middle + 1, to }, { from, to: middle });
      continue;
    }
    if (first.total_count > MOST)
      log.warn(
        `GitHub lists ${MOST} workflow runs of a second, and ${text(from)} has more: some are missing`,
        {
          second: text(from),
          runs: first.total_count,
        },
      );
    const pages = Math.ceil(Math.min(first.total_count, MOST) / PER_PAGE);
    if (pages <= 1) yield first.workflow_runs;
    else for (let page = pages; page > 0; page -= 1) yield (await request(window, page)).workflow_runs;
    if (left.length > 0) await checkpoint(String(to + 1));
  }
}
