import type { Dataset } from '../destination';
import { formatInstant } from '../interval';
import { ledgerRow, PAUSED } from '../ledger';
import { timetableOf } from '../plan';
import type { Entry } from '../run';
import { ownField } from '../value';
import { entryResources } from './entry-resources';

/**
 * Writes into the ledger what a paused Schedule has left undone, so that the gap says `paused`: from the last tick that
 * it served to the last one that has passed, for every resource that an interval reaches, where nothing else is known.
 * Catch-up and backfills load it as any gap. What is loaded by the newest value has no intervals, and nothing is written.
 *
 * @param options.served the last tick that the Schedule served, else when it was created
 */
export async function recordPause(options: {
  readonly entry: Entry;
  readonly dataset: Pick<Dataset, 'coverage' | 'record' | 'snapshot'>;
  readonly served: Date;
  readonly now: Date;
}): Promise<void> {
  const { entry, dataset, served, now } = options;
  if (entry.schedule === undefined || entry.mode !== 'interval') return;
  const timetable = timetableOf(entry.schedule);
  const latest = (instants: readonly (string | null | undefined)[]): number =>
    Math.max(...instants.flatMap((at) => (at ? [Date.parse(at)] : [])));
  const start = latest([timetable.tickBefore(served.toISOString()), timetable.firstInterval?.start]);
  const due = latest([timetable.tickBefore(now.toISOString())]);
  const end = Math.min(due, latest([timetable.lastInterval?.end ?? formatInstant(due)]));
  if (!(start < end)) return;
  const passed = { start: formatInstant(start), end: formatInstant(end) };
  for (const { source, resource, reached } of entryResources(entry)) {
    if (!reached) continue;
    const { gaps } = await dataset.coverage({ source, resource, ...passed });
    const unknown = gaps.filter(({ cause }) => cause === 'never-planned');
    if (unknown.length === 0) continue;
    const { generations } = await dataset.snapshot(source);
    await dataset.record(
      unknown.map((gap) =>
        ledgerRow({
          pipeline: entry.name,
          source,
          resource,
          generation: ownField(generations, resource) ?? 0,
          interval: { start: gap.start, end: gap.end },
          loadKey: `paused-${entry.name}-${gap.start}--${gap.end}`,
          status: 'skipped',
          error: { code: PAUSED, message: 'The schedule was paused.' },
          committedAt: now.toISOString(),
        }),
      ),
    );
  }
}
