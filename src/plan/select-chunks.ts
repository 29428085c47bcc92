import type { BackfillRange } from '../contracts';
import { formatInstant, type Interval, intervalSet } from '../interval';
import type { EntryComponent } from './entry-component';

/** A stretch of time in which something of a resource is not loaded, as the ledger tells. */
export interface LedgerGap {
  readonly start: string;
  readonly end: string;
  readonly cause: string;
}

/** Reads what is not loaded of one resource in a range. */
export type GapReader = (
  resource: { readonly source: string; readonly name: string },
  range: Interval,
) => Promise<readonly LedgerGap[]>;

/** What a selection asks for in a stretch of time. */
export interface Wanted {
  /** In order, none touching another. */
  readonly stretches: readonly Interval[];
  /** Each cause with its resources: why something is wanted there. */
  readonly causes: readonly (LedgerGap & { readonly resource: string })[];
}

/** Asks the ledger what is wanted in a stretch; with `all` there is nothing to ask. */
export async function wantedIn(
  stretch: Interval,
  options: {
    readonly select: BackfillRange['select'];
    readonly reached: readonly EntryComponent[];
    readonly gaps: GapReader;
  },
): Promise<Wanted> {
  const { select = 'missing', reached, gaps } = options;
  if (select === 'all') return { stretches: [stretch], causes: [] };
  const causes: Wanted['causes'][number][] = [];
  for (const { source, resources } of reached)
    for (const { name, joins } of resources) {
      if (!joins) continue;
      for (const { start, end, cause } of await gaps({ source, name }, stretch))
        if (select === 'missing' || cause === 'failed') causes.push({ start, end, cause, resource: name });
    }
  return { stretches: intervalSet(causes), causes };
}

/** The first stretch that ends after the instant; they are in order. */
function firstAfter(stretches: readonly Interval[], at: number): number {
  let low = 0;
  let high = stretches.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (Date.parse(stretches[middle]?.end ?? '') <= at) low = middle + 1;
    else high = middle;
  }
  return low;
}

/**
 * What of a chunk is run: an interval of the schedule as a whole if anything of it is wanted; of a chunk of another
 * size only what is wanted, so that nothing overlaps what is loaded.
 */
export function piecesOf(chunk: Interval, stretches: readonly Interval[], whole: boolean): Interval[] {
  const [start, end] = [Date.parse(chunk.start), Date.parse(chunk.end)];
  const pieces: Interval[] = [];
  for (let index = firstAfter(stretches, start); index < stretches.length; index += 1) {
    const stretch = stretches[index];
    if (stretch === undefined || Date.parse(stretch.start) >= end) break;
    if (whole) return [chunk];
    pieces.push({
      start: formatInstant(Math.max(start, Date.parse(stretch.start))),
      end: formatInstant(Math.min(end, Date.parse(stretch.end))),
    });
  }
  return pieces;
}

/** Why a piece is run, for a person: `failed: tickets; never-planned: events, users`. */
export function reasonOf(piece: Interval, { causes }: Wanted): string {
  const byCause = new Map<string, Set<string>>();
  for (const { start, end, cause, resource } of causes) {
    if (Date.parse(end) <= Date.parse(piece.start) || Date.parse(start) >= Date.parse(piece.end)) continue;
    byCause.set(cause, (byCause.get(cause) ?? new Set()).add(resource));
  }
  if (byCause.size === 0) return 'asked for with --all';
  return [...byCause].map(([cause, resources]) => `${cause}: ${[...resources].join(', ')}`).join('; ');
}
