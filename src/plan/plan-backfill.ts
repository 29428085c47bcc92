import type { ResolvedPipeline } from '../config';
import type { BackfillPage, BackfillRange, PlanBackfillInput, PlannedChunk } from '../contracts';
import { formatInstant, type Interval } from '../interval';
import { type ChunkWalk, chunkWalk } from './chunk-walk';
import { type EntryComponent, partByReach } from './entry-component';
import { type GapReader, piecesOf, reasonOf, type Wanted, wantedIn } from './select-chunks';

export type { GapReader, LedgerGap } from './select-chunks';

/** Chunks for which the ledger is asked at a time: more and more of them where all is loaded. */
const FIRST_BLOCK = 400;
const LARGEST_BLOCK = 20_000;
/** Intervals on one page, however they are grouped: a page is a payload. */
const INTERVALS_A_PAGE = 2_000;
/** The range is counted so far; what lies beyond is reckoned from it. */
const COUNTED = 50_000;

interface Plan {
  readonly range: BackfillRange;
  readonly walk: ChunkWalk;
  readonly ask: (stretch: Interval) => Promise<Wanted>;
}

interface Piece {
  readonly interval: Interval;
  readonly why: () => string;
}

/** What is to be run, from the position on, in the order of the backfill. */
async function* piecesFrom(
  { range, walk, ask }: Plan,
  position: string | undefined,
): AsyncGenerator<Piece, void, undefined> {
  const newest = range.order === 'newest';
  const at = Date.parse(position ?? (newest ? range.to : range.from));
  // a page may have ended inside of a chunk
  const beyond = ({ start, end }: Interval): boolean =>
    newest ? Date.parse(end) <= at : Date.parse(start) >= at;
  const source = (newest ? walk.backward(at) : walk.forward(at))[Symbol.iterator]();
  for (let size = FIRST_BLOCK; ; size = Math.min(size * 2, LARGEST_BLOCK)) {
    const block: Interval[] = [];
    while (block.length < size) {
      const { value, done } = source.next();
      if (done === true) break;
      block.push(value);
    }
    const [first, last] = [block[0], block.at(-1)];
    if (first === undefined || last === undefined) return;
    const wanted = await ask(
      newest ? { start: last.start, end: first.end } : { start: first.start, end: last.end },
    );
    for (const chunk of block) {
      const pieces = piecesOf(chunk, wanted.stretches, walk.ticks);
      for (const interval of newest ? pieces.toReversed() : pieces)
        if (beyond(interval)) yield { interval, why: () => reasonOf(interval, wanted) };
    }
  }
}

/** Takes neighbours together, so many at most; each interval of a group stays a load of its own. */
function chunkOf(
  group: readonly Piece[],
  newest: boolean,
  options: { ticks: boolean; explain: boolean },
): PlannedChunk {
  const intervals = group.map(({ interval }) => interval);
  const [first, last] = newest ? [intervals.at(-1), intervals[0]] : [intervals[0], intervals.at(-1)];
  const interval = { start: first?.start ?? '', end: last?.end ?? '' };
  return {
    interval,
    intervals: group.length > 1 ? intervals : undefined,
    nominal: group.length === 1 && options.ticks ? interval.end : undefined,
    why: options.explain ? [...new Set(group.map(({ why }) => why()))].join('; ') : undefined,
  };
}

function touches(a: Interval | undefined, b: Interval, newest: boolean): boolean {
  return a !== undefined && (newest ? b.end === a.start : a.end === b.start);
}

/** How many intervals the whole range has to run; beyond {@link COUNTED} of them reckoned by their time. */
async function countAll({ range, walk, ask }: Plan): Promise<number> {
  const { stretches } = await ask({ start: range.from, end: range.to });
  const wantedMs = stretches.reduce((sum, { start, end }) => sum + Date.parse(end) - Date.parse(start), 0);
  let count = 0;
  let countedMs = 0;
  let reached = Number.NEGATIVE_INFINITY;
  for (const { start, end } of stretches) {
    const from = Date.parse(start);
    const until = Date.parse(end);
    for (const chunk of walk.forward(from)) {
      const chunkStart = Date.parse(chunk.start);
      if (chunkStart >= until) break;
      // two stretches may lie in one interval of the schedule, which is run once
      if (!walk.ticks || chunkStart > reached) count += 1;
      reached = chunkStart;
      if (count >= COUNTED)
        return Math.round(
          (count * wantedMs) / Math.max(1, countedMs + Math.min(until, Date.parse(chunk.end)) - from),
        );
    }
    countedMs += until - from;
  }
  return count;
}

/**
 * One page of the intervals that a backfill runs: the chunks of its range of which something is not loaded. A page is
 * planned from the ledger as it is now, so what was loaded meanwhile is not run again; it costs what is on it, however
 * long the range is.
 *
 * @param options.explain whether each chunk says why it is run
 * @throws TidemarkError DURATION_INVALID for a chunk that cannot be read
 */
export async function planBackfillPage(options: {
  readonly entry: Pick<ResolvedPipeline, 'name' | 'schedule'>;
  readonly components: readonly EntryComponent[];
  readonly input: PlanBackfillInput;
  readonly gaps: GapReader;
  readonly indexed: boolean;
  readonly explain?: boolean;
}): Promise<BackfillPage> {
  const { entry, components, input, gaps, indexed, explain = false } = options;
  const { position, limit } = input;
  const range = normalized(input.range);
  const newest = range.order === 'newest';
  const { reached, leftOut } = partByReach(components);
  const walk = chunkWalk(entry, range);
  const { select } = range;
  const plan: Plan = { range, walk, ask: (stretch) => wantedIn(stretch, { select, reached, gaps }) };
  const size = Math.max(1, Math.floor(range.group ?? 1));

  const found: PlannedChunk[] = [];
  let group: Piece[] = [];
  let intervals = 0;
  let more = false;
  const close = (): void => {
    if (group.length > 0) found.push(chunkOf(group, newest, { ticks: walk.ticks, explain }));
    group = [];
  };
  if (reached.length > 0)
    for await (const piece of piecesFrom(plan, position)) {
      const fits = group.length < size && touches(group.at(-1)?.interval, piece.interval, newest);
      if (!fits) close();
      if (found.length >= limit || intervals >= INTERVALS_A_PAGE) {
        more = true;
        break;
      }
      group.push(piece);
      intervals += 1;
    }
  close();
  const last = found.at(-1)?.interval;
  const first = position === undefined;
  return {
    version: 1,
    chunks: found,
    next: more && last !== undefined ? (newest ? last.start : last.end) : null,
    total: first ? (reached.length > 0 ? await countAll(plan) : 0) : undefined,
    leftOut: first ? leftOut : undefined,
    indexed,
  };
}

/** Ends written alike, so that pages and chunks compare. */
function normalized(range: BackfillRange): BackfillRange {
  return { ...range, from: formatInstant(Date.parse(range.from)), to: formatInstant(Date.parse(range.to)) };
}
