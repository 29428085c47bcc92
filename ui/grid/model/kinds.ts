import { CAUSES, type GridView } from '../../../src/ui/api';
import { formatCount } from '../../lib/format';

/** How a cell is drawn and spoken: its state, and of a missing one the cause. */
export type Kind =
  | 'loaded'
  | 'running'
  | 'failed'
  | 'cancelled'
  | 'superseded'
  | 'never-planned'
  | 'skipped'
  | 'paused'
  | 'left-out';

/** State, or cause. */
export const KIND_NAME: Readonly<Record<Kind, string>> = {
  loaded: 'loaded',
  running: 'running',
  failed: 'failed',
  cancelled: 'cancelled',
  superseded: 'superseded',
  'never-planned': 'never planned',
  skipped: 'skipped',
  paused: 'paused',
  'left-out': 'left out',
};

/** From the worst to the least: what stands for several cells is the first that one of them has. */
export const BY_WEIGHT: readonly Kind[] = [
  'failed',
  'cancelled',
  'superseded',
  'never-planned',
  'skipped',
  'paused',
  'running',
  'loaded',
  'left-out',
];

/** As a legend lists them. */
export const KINDS: readonly Kind[] = [
  'loaded',
  'running',
  'failed',
  'never-planned',
  'paused',
  'skipped',
  'cancelled',
  'superseded',
  'left-out',
];

const GAPS: ReadonlySet<Kind> = new Set([
  'failed',
  'cancelled',
  'superseded',
  'never-planned',
  'skipped',
  'paused',
]);

/** Whether it is missing, of whatever cause; what failed stands by itself. */
export const isMissing = (kind: Kind): boolean => GAPS.has(kind) && kind !== 'failed';

/** Whether an interval of this kind is what one looks for: it should be loaded and isn't. */
export const isGap = (kind: Kind): boolean => GAPS.has(kind);

/** State, and the cause of what is missing: "missing, paused". */
export const kindText = (kind: Kind): string =>
  isMissing(kind) ? `missing, ${KIND_NAME[kind]}` : KIND_NAME[kind];

/** The kind of a cell by its letters in a {@link GridView}. */
export function kindOf(letter: string | undefined, cause: string | undefined): Kind {
  switch (letter) {
    case 'l':
      return 'loaded';
    case 'r':
      return 'running';
    case 'f':
      return 'failed';
    case 'o':
      return 'left-out';
    default:
      return CAUSES[Number(cause)] ?? 'never-planned';
  }
}

export function kindAt(view: GridView, row: number, column: number): Kind {
  return kindOf(view.states[row]?.[column], view.causes[row]?.[column]);
}

/** How many cells there are of each kind. */
export type Counts = Readonly<Record<Kind, number>>;

/** @param from the first column @param to the last one, inclusive */
export function countKinds(view: GridView, from: number, to: number): Counts {
  const counts = Object.fromEntries(KINDS.map((kind) => [kind, 0])) as Record<Kind, number>;
  for (let row = 0; row < view.resources.length; row += 1)
    for (let column = from; column <= to; column += 1) counts[kindAt(view, row, column)] += 1;
  return counts;
}

export const worstOf = (counts: Counts): Kind => BY_WEIGHT.find((kind) => counts[kind] > 0) ?? 'left-out';

/** "3 missing, 1 failed": the worst first; `withLoaded` says what is loaded, too. */
export function countsText(counts: Counts): string {
  const missing = KINDS.filter(isMissing).reduce((sum, kind) => sum + counts[kind], 0);
  const parts = [
    [counts.failed, 'failed'],
    [missing, 'missing'],
    [counts.running, 'running'],
    [counts.loaded, 'loaded'],
    [counts['left-out'], 'left out'],
  ] as const;
  return parts.flatMap(([count, text]) => (count > 0 ? [`${formatCount(count)} ${text}`] : [])).join(', ');
}
