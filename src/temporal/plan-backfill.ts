import type { ResolvedPipeline } from '../config';
import type {
  BackfillPage,
  BackfillRange,
  PlanBackfillInput,
  PlannedChunk,
  WireInterval,
} from '../contracts';
import { TidemarkError } from '../errors';
import { intervalsOverlap, type Timetable } from '../interval';
import { type EntryComponent, partByReach } from './entry-component';
import { scheduleOf, timetableOf } from './timetable-of';

/** A stretch of time in which something of a resource is not loaded, as the ledger tells. */
export interface LedgerGap {
  readonly start: string;
  readonly end: string;
  readonly cause: string;
}

/** Reads what is not loaded of one resource in a range. */
export type GapReader = (
  resource: { readonly source: string; readonly name: string },
  range: WireInterval,
) => Promise<readonly LedgerGap[]>;

/** The stretches that a selection asks for; `all` asks the ledger nothing. */
async function wantedRanges(options: {
  readonly range: BackfillRange;
  readonly reached: readonly EntryComponent[];
  readonly gaps: GapReader;
}): Promise<readonly WireInterval[]> {
  const { range, reached, gaps } = options;
  const whole = { start: range.from, end: range.to };
  if (range.select === 'all') return [whole];
  const resources = reached.flatMap(({ source, resources }) =>
    resources.filter(({ joins }) => joins).map(({ name }) => ({ source, name })),
  );
  const found: LedgerGap[] = [];
  for (const resource of resources) found.push(...(await gaps(resource, whole)));
  return range.select === 'failed' ? found.filter(({ cause }) => cause === 'failed') : found;
}

/** The ticks of the range, as groups of so many where `chunk` is a number. */
function* chunksOf(timetable: Timetable, range: BackfillRange): Generator<PlannedChunk, void, undefined> {
  const { chunk = 'cron' } = range;
  const size = chunk === 'cron' ? 1 : Number(chunk);
  if (!Number.isInteger(size) || size < 1)
    throw new TidemarkError(
      'USAGE',
      `"${chunk}" is not a chunk of a backfill; write "cron" for the schedule's own intervals, or how many of them to take together, such as 7.`,
      { details: { chunk } },
    );
  let first: string | undefined;
  let last: string | undefined;
  let count = 0;
  const group = (start: string, end: string): PlannedChunk => ({
    interval: { start, end },
    ...(size === 1 && { nominal: end }),
  });
  for (const interval of timetable.intervalsIn({ start: range.from, end: range.to })) {
    first ??= interval.start;
    last = interval.end;
    count += 1;
    if (count < size) continue;
    yield group(first, last);
    first = undefined;
    count = 0;
  }
  if (first !== undefined && last !== undefined) yield group(first, last);
}

/** Whether a chunk lies beyond where the last page ended. */
function isBeyond(chunk: PlannedChunk, position: string | undefined, newestFirst: boolean): boolean {
  if (position === undefined) return true;
  const at = Date.parse(position);
  return newestFirst ? Date.parse(chunk.interval.end) <= at : Date.parse(chunk.interval.start) >= at;
}

/**
 * One page of the intervals that a backfill runs: those of the entry's timetable within the range of which something is
 * not loaded. A page is planned from the ledger as it is now, so what was loaded meanwhile is not run again.
 *
 * @throws TidemarkError USAGE without a schedule, or for a chunk that cannot be read
 */
export async function planBackfillPage(options: {
  readonly entry: Pick<ResolvedPipeline, 'name' | 'schedule'>;
  readonly components: readonly EntryComponent[];
  readonly input: PlanBackfillInput;
  readonly gaps: GapReader;
  readonly indexed: boolean;
}): Promise<BackfillPage> {
  const { entry, components, input, gaps, indexed } = options;
  const { range, position, limit } = input;
  const newestFirst = range.order === 'newest';
  const { reached, leftOut } = partByReach(components);
  const wanted = await wantedRanges({ range, reached, gaps });
  const all = [...chunksOf(timetableOf(scheduleOf(entry, 'a backfill')), range)].filter(({ interval }) =>
    wanted.some((stretch) => intervalsOverlap(stretch, interval)),
  );
  if (newestFirst) all.reverse();
  const rest = all.filter((chunk) => isBeyond(chunk, position, newestFirst));
  const chunks = rest.slice(0, limit);
  const lastOne = chunks.at(-1)?.interval;
  const more = rest.length > chunks.length && lastOne !== undefined;
  return {
    version: 1,
    chunks,
    next: more ? (newestFirst ? lastOne.start : lastOne.end) : null,
    ...(position === undefined && { total: all.length, leftOut }),
    indexed,
  };
}
