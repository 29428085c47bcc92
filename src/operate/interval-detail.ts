import { type Client, WorkflowNotFoundError } from '@temporalio/client';
import type { Dataset } from '../destination';
import { TidemarkError } from '../errors';
import { formatInstant, type Interval, parseInstant } from '../interval';
import type { LedgerRow } from '../ledger';
import { type RunRequest, resolveRun, scheduleOf, timetableOf, zoneOf } from '../plan';
import type { Entry } from '../run';
import { describeRun } from '../temporal';
import { entryResources } from './entry-resources';
import { type GridCell, readGrid } from './grid';
import { detailOf, type RunDetail } from './runs';

/** All that is known of one interval of a pipeline. */
export interface IntervalDetail {
  readonly pipeline: string;
  readonly interval: Interval;
  /** How each resource stands. */
  readonly cells: readonly GridCell[];
  /** Every ledger row that touches it, in the order in which they were committed: what each run and attempt led to. */
  readonly rows: readonly LedgerRow[];
  /**
   * The newest run of it, with attempts while it runs and rows per table once it has ended. Undefined where Temporal
   * wasn't asked, or has none any more.
   */
  readonly run: RunDetail | undefined;
  /** What would load it again: the resources that aren't loaded, or all where every one is. */
  readonly again: RunRequest;
}

/**
 * The interval of an entry's timetable that a date or time lies in.
 *
 * @param at without an offset it is in the schedule's zone
 * @throws USAGE where the entry has no schedule, before startDate and after endDate
 */
export function intervalAt(entry: Entry, at: string): Interval {
  const timetable = timetableOf(scheduleOf(entry, 'a date'));
  const end = timetable.align(formatInstant(parseInstant(at, zoneOf(entry)) + 1));
  const interval = end === null ? null : timetable.intervalEndingAt(end);
  if (interval !== null) return interval;
  throw new TidemarkError(
    'USAGE',
    `"${at}" lies in no interval of "${entry.name}": the schedule begins later, or has ended before.`,
  );
}

/**
 * Reads one interval.
 *
 * @param options.client where its run is looked for; undefined leaves that out
 */
export async function readIntervalDetail(options: {
  readonly entry: Entry;
  readonly dataset: Pick<Dataset, 'ledger'>;
  readonly interval: Interval;
  readonly client: Client | undefined;
  readonly now: Date;
}): Promise<IntervalDetail> {
  const { entry, dataset, interval, client, now } = options;
  const { start: from, end: to } = interval;
  const everyRow = await dataset.ledger({ from, to });
  const ours = new Set(entryResources(entry).map(({ source, resource }) => `${source}\n${resource}`));
  const rows = everyRow.filter((row) => ours.has(`${row.source}\n${row.resource}`));
  const run = client === undefined ? undefined : await newestRun({ client, entry, interval, rows });
  const running = run !== undefined && run.end === undefined ? [run] : [];
  const grid = await readGrid({ entry, dataset, query: {}, running, now, intervals: [interval] });
  const cells = grid.rows[0]?.cells ?? [];
  const open = cells.filter(({ state }) => state === 'failed' || state === 'missing');
  return {
    pipeline: entry.name,
    interval,
    cells,
    rows,
    run,
    again: {
      pipeline: entry.name,
      from,
      to,
      resources: open.length === 0 ? undefined : open.map(({ resource }) => resource),
    },
  };
}

/** The run that the newest row tells of, else the one that the interval's own id names. */
async function newestRun(options: {
  readonly client: Client;
  readonly entry: Entry;
  readonly interval: Interval;
  readonly rows: readonly LedgerRow[];
}): Promise<RunDetail | undefined> {
  const { client, entry, interval, rows } = options;
  const { workflowId } = resolveRun(entry, { pipeline: entry.name, from: interval.start, to: interval.end });
  const newest = rows.findLast((row) => row.workflow_id !== null);
  for (const id of new Set([workflowId, newest?.workflow_id ?? workflowId])) {
    const run = await describeRun(client, id).catch((error: unknown) => {
      if (error instanceof WorkflowNotFoundError) return undefined;
      throw error;
    });
    if (run === undefined) continue;
    const detail = await detailOf(client, run);
    if (detail.kind === 'load') return detail;
  }
  return undefined;
}
