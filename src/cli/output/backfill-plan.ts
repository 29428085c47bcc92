import type { BackfillPlan, BackfillRequest } from '../../operate';
import { plural } from './format';
import type { Terminal } from './terminal';
import { timesIn, zoneNote } from './times';

/** The plan of a backfill in one line, before it starts: how many intervals, which, and how they are run. */
export function printPlanOutline(
  terminal: Terminal,
  { pipeline, chunks, total = chunks.length, leftOut = [] }: BackfillPlan,
  { parallel = 1, order = 'oldest', select = 'missing' }: BackfillRequest,
  zone?: string,
): void {
  const times = timesIn(zone);
  const [first] = chunks;
  const begins = first === undefined ? '' : `, first ${times.interval(first.interval)}`;
  const how = total === 0 ? '' : `, ${order} first, ${parallel} at a time`;
  const left = leftOut.length === 0 ? '' : `; left to live runs: ${leftOut.join(', ')}`;
  terminal.err(
    `plan: ${plural(total, 'interval')} (${select}) of ${pipeline}${begins}${how}${left}${zoneNote(times)}`,
  );
}

/** The plan of a backfill: a line for each chunk with its reason, and how many there are. */
export function printBackfillPlan(
  terminal: Terminal,
  { pipeline, chunks, total = chunks.length, leftOut = [] }: BackfillPlan,
  zone?: string,
): void {
  const times = timesIn(zone);
  for (const { interval, intervals, why } of chunks) {
    const size = intervals === undefined ? '' : `  ${plural(intervals.length, 'interval')} in one run`;
    terminal.out(`${times.interval(interval)}${size}${why === undefined ? '' : `  ${why}`}`);
  }
  const shown = chunks.reduce((sum, { intervals }) => sum + (intervals?.length ?? 1), 0);
  if (total > shown) terminal.out(`… and ${plural(total - shown, 'more')}`);
  terminal.out(`${plural(total, 'interval')} of ${pipeline} would be loaded${zoneNote(times)}.`);
  if (leftOut.length > 0) terminal.out(`Left to live runs: ${leftOut.join(', ')}.`);
}
