import { TidemarkError } from '../errors';
import { describeValue } from './cursor-value';
import type { BoundIncremental, CursorType } from './types';

/** Ranges nearer to 1970 than this (1973 in seconds) say nothing about a unit. */
const SMALLEST_BOUND = 1e8;
/** What counts as about 1,000 times: no time in the right unit is so far off. */
const FACTOR = { from: 100, to: 10_000 } as const;

/**
 * Fails a joined run in which every cursor value is about 1,000 times (or a thousandth of) the range: seconds were taken
 * for milliseconds, or the other way round, and all rows fell outside. To be called before anything is committed.
 *
 * @throws TidemarkError CURSOR_UNIT_MISMATCH
 */
export function checkCursorUnit(bound: BoundIncremental): void {
  const { seenRange, exact, type, joined } = bound;
  if (!joined || seenRange === undefined) return;
  const [smallest, largest] = [Number(seenRange.smallest), Number(seenRange.largest)];
  const reference = Math.max(magnitude(exact.initialValue), magnitude(exact.endValue));
  if (!(reference >= SMALLEST_BOUND) || !(smallest > 0)) return;
  if (smallest > reference * FACTOR.from && largest < reference * FACTOR.to)
    throw mismatch(bound, 'times', "'unixMs'");
  if (type === 'unixMs' && largest < reference / FACTOR.from && smallest > reference / FACTOR.to)
    throw mismatch(bound, 'th of', "'unix', or 'unixFloat' if it has fractions");
}

function magnitude(value: unknown): number {
  return typeof value === 'number' || typeof value === 'bigint' ? Math.abs(Number(value)) : 0;
}

function mismatch(bound: BoundIncremental, relation: 'times' | 'th of', cure: string): TidemarkError {
  const { name, cursor, exact, seenRange, type } = bound;
  const unit: Partial<Record<CursorType, string>> = { unixMs: 'milliseconds' };
  return new TidemarkError(
    'CURSOR_UNIT_MISMATCH',
    `Every value of the cursor "${cursor}" (incremental "${name}") lies between ${describeValue(seenRange?.smallest)} and ` +
      `${describeValue(seenRange?.largest)}, about ${relation === 'times' ? '1,000 times' : 'a thousandth of'} the range from ` +
      `"${String(exact.initialValue)}" to "${String(exact.endValue)}", which is in ${(type && unit[type]) ?? 'seconds'}. ` +
      `Declare type: ${cure}.`,
    { details: { incremental: name, cursor, type } },
  );
}
