import type { Dataset } from '../destination';
import type { Gap, LedgerRow } from '../ledger';
import { timetableOf } from '../plan';
import type { Entry } from '../run';
import { schemaNameOf } from '../schema';

/** What the ledger says of one resource: its rows, and what is missing of the schedule's complete intervals. */
export interface ResourceIntervals {
  readonly source: string;
  readonly resource: string;
  readonly rows: readonly LedgerRow[];
  readonly gaps: readonly Gap[];
}

/** Reads the ledger for the resources of an entry, under whatever pipeline name they were loaded. */
export async function readIntervals(options: {
  readonly entry: Entry;
  readonly dataset: Dataset;
  /** Only what touches it. */
  readonly range: { readonly from?: string; readonly to?: string };
  readonly only?: readonly string[] | undefined;
}): Promise<ResourceIntervals[]> {
  const { entry, dataset, range, only } = options;
  const wanted = expectedRange(entry, range, Date.now());
  const found: ResourceIntervals[] = [];
  for (const source of entry.sources()) {
    for (const resource of source.resourceNames.filter((name) => only?.includes(name) ?? true)) {
      const key = { source: schemaNameOf(source.name), resource };
      const rows = await dataset.ledger({ ...key, ...range });
      const gaps = wanted === undefined ? [] : (await dataset.coverage({ ...key, ...wanted })).gaps;
      found.push({ ...key, rows, gaps });
    }
  }
  return found;
}

/**
 * The time that should be loaded: from the aligned startDate to the last complete tick, within the range asked for.
 * Without catch-up nobody expects the past, and there are no gaps but in a range that was asked for.
 */
function expectedRange(
  { schedule }: Entry,
  range: { readonly from?: string; readonly to?: string },
  nowMs: number,
): { readonly start: string; readonly end: string } | undefined {
  if (schedule === undefined || (!schedule.catchup && range.from === undefined)) return undefined;
  const timetable = timetableOf(schedule);
  const first = timetable.firstInterval;
  if (!first) return undefined;
  const ends = [timetable.tickBefore(instant(nowMs)), timetable.lastInterval?.end, range.to];
  const end = Math.min(...ends.flatMap((at) => (at ? [Date.parse(at)] : [])));
  const start = Math.max(Date.parse(first.start), range.from === undefined ? 0 : Date.parse(range.from));
  return start < end ? { start: instant(start), end: instant(end) } : undefined;
}

const instant = (ms: number): string => new Date(ms).toISOString().replace('.000Z', 'Z');
