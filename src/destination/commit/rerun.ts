import { TidemarkError } from '../../errors';
import { covers, instantMs, intervalsOverlap, isEmptyInterval, sameInterval } from '../../interval';
import { type LedgerRow, rangeOf } from '../../ledger';
import type { ResourceLoad } from '../types';
import type { EarlierLoad } from './basis';

/** How an append keeps from doubling rows that are stored already. */
interface RerunRules {
  /** Whether rows whose declared key is stored are skipped. */
  readonly skipStored: boolean;
  /** Earlier loads whose rows this one replaces. */
  readonly replaced: readonly LedgerRow[];
}

const PLAIN: RerunRules = { skipStored: false, replaced: [] };

/**
 * Whether the load takes the place of the stored rows of its range. One that goes on from a cursor doesn't where it leaves out
 * rows at the cursor that it knows to be stored: they would go, and not come again.
 */
export function replacesSlice({ onRerun, stateless, cursors }: ResourceLoad): boolean {
  if (onRerun !== 'replace') return false;
  return (
    stateless ||
    !cursors.some(
      ({ before, lag, range }) =>
        before !== undefined &&
        before.unique_hashes.length > 0 &&
        lag !== true &&
        range?.rangeStart !== 'open',
    )
  );
}

/** Whether what was loaded of the resource before decides how this append keeps from doubling rows. */
export function asksEarlierLoads(resource: ResourceLoad): boolean {
  if (resource.onRerun === 'append') return false;
  if (resource.cursors.length === 0) return resource.interval !== undefined && !keepsState(resource);
  return !(comesAgain(resource) && isKeyed(resource));
}

/**
 * Append never doubles. Where rows of this load may be stored already, those of a declared key are skipped; without one,
 * a rerun of an interval replaces what that interval loaded, and any other overlap is refused.
 * @param earlier the resource's ledger rows whose rows are stored, oldest first: loaded ones, and those that a state reset
 * superseded. Empty where {@link asksEarlierLoads} says that they don't decide.
 * @throws TidemarkError INTERVAL_OVERLAP
 */
export function rerunRules(resource: ResourceLoad, earlier: readonly EarlierLoad[]): RerunRules {
  if (resource.onRerun === 'append') return PLAIN;
  const { interval } = resource;
  if (resource.cursors.length === 0) {
    // No range tells what may be there, only the interval that it was loaded before. What goes on from a state of its
    // own doesn't bring those rows again.
    if (interval === undefined || keepsState(resource)) return PLAIN;
    return { skipStored: false, replaced: earlier.filter((row) => isRerun(resource, row)) };
  }
  if (!comesAgain(resource) && !reachesBeyond(resource, earlier)) return PLAIN;
  return isKeyed(resource)
    ? { skipStored: true, replaced: [] }
    : { skipStored: false, replaced: replacedLoads(resource, earlier) };
}

const isKeyed = ({ primaryKey }: ResourceLoad): boolean => primaryKey.length > 0;

/** Whether the range of the load doesn't begin where stored rows end. */
function comesAgain({ stateless, cursors }: ResourceLoad): boolean {
  return stateless || cursors.some((cursor) => cursor.lag === true);
}

function keepsState({ customState }: ResourceLoad): boolean {
  return customState !== undefined && Object.keys({ ...customState.before, ...customState.after }).length > 0;
}

/** Whether a load that goes on from a cursor meets what a stateless load brought at or beyond it. */
function reachesBeyond(resource: ResourceLoad, earlier: readonly EarlierLoad[]): boolean {
  const start = resource.covered?.start;
  return earlier.some(({ cursor_end: end, interval_start: interval, status, holdsEnd }) => {
    // A cursor that isn't a time tells no range: after a reset, any row may come again.
    if (start === undefined || end === null) return status === 'superseded';
    const beyond = instantMs(end) - instantMs(start);
    // What loads before this one covered ends where it starts; an interval that ends there may
    // hold rows of the border, and so does what a reset cursor knew.
    return beyond > 0 || (beyond === 0 && (interval !== null || holdsEnd === true));
  });
}

function replacedLoads(resource: ResourceLoad, earlier: readonly EarlierLoad[]): LedgerRow[] {
  const mine = resource.covered ?? resource.interval;
  const reset = earlier.find((row) => row.status === 'superseded' && rangeOf(row) === undefined);
  if (reset !== undefined && !resource.stateless) throw loadedBeforeReset(resource, reset);
  if (mine === undefined) return [];
  const closed = resource.cursors.some(({ range }) => range?.rangeEnd === 'closed');
  const replaced: LedgerRow[] = [];
  for (const row of earlier) {
    const theirs = rangeOf(row);
    if (row.rows === 0 || theirs === undefined) continue;
    const overlaps = !isEmptyInterval(mine) && intervalsOverlap(mine, theirs);
    const border = row.holdsEnd === true ? instantMs(theirs.end) : undefined;
    if (!overlaps && border !== instantMs(mine.start)) continue;
    const again =
      resource.stateless &&
      (isRerun(resource, row) || sameInterval(mine, theirs)) &&
      covers([mine], theirs) &&
      (closed || border !== instantMs(mine.end));
    if (!again) throw overlap(resource, mine, theirs);
    replaced.push(row);
  }
  return replaced;
}

function isRerun({ interval }: ResourceLoad, row: LedgerRow): boolean {
  if (interval === undefined || row.interval_start === null || row.interval_end === null) return false;
  return (
    !isEmptyInterval(interval) && sameInterval(interval, { start: row.interval_start, end: row.interval_end })
  );
}

function loadedBeforeReset({ resource }: ResourceLoad, row: LedgerRow): TidemarkError {
  return new TidemarkError(
    'INTERVAL_OVERLAP',
    `The state of resource "${resource}" was reset, and rows of the load "${row.load_id}" before that are stored; they would be there twice. Declare a \`primaryKey\`, load it with \`--full-refresh\`, or set \`onRerun: 'append'\` to have them twice.`,
    { details: { resource, loadId: row.load_id } },
  );
}

function overlap(
  { resource }: ResourceLoad,
  mine: { readonly start: string; readonly end: string },
  theirs: { readonly start: string; readonly end: string },
): TidemarkError {
  return new TidemarkError(
    'INTERVAL_OVERLAP',
    `The range ${mine.start} to ${mine.end} of resource "${resource}" overlaps ${theirs.start} to ${theirs.end}, which is loaded; its rows would be there twice. Declare a \`primaryKey\`, load the same interval again or all of it with \`--full-refresh\`, or set \`onRerun: 'append'\` to have them twice.`,
    { details: { resource, from: mine.start, to: mine.end, loadedFrom: theirs.start, loadedTo: theirs.end } },
  );
}
