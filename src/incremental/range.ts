import { TidemarkError } from '../errors';
import { describeValue } from './cursor-value';
import type { ResolvedOptions } from './options';
import type { CursorOrder } from './order';

/**
 * A stateless range needs a start, and an end that isn't before it.
 *
 * @throws TidemarkError INCREMENTAL_INVALID, CURSOR_COERCION
 */
export function checkRange(order: CursorOrder, initial: unknown, end: unknown, cursor: string): void {
  if (initial === undefined)
    throw new TidemarkError(
      'INCREMENTAL_INVALID',
      `The incremental on "${cursor}" has the endValue ${describeValue(end)} and no initialValue. ` +
        'A range needs both: set initialValue, or take endValue away to load from the stored cursor.',
      { details: { cursor } },
    );
  if (order.beyond(initial, end))
    throw new TidemarkError(
      'INCREMENTAL_INVALID',
      `The incremental on "${cursor}" has the endValue ${describeValue(end)} before its initialValue ` +
        `${describeValue(initial)}; with ${order.func} the end must be ${order.func === 'min' ? 'at or below' : 'at or above'} it. Exchange them.`,
      { details: { cursor } },
    );
}

/** Whether no row can lie in `[start, end)`. */
export function isEmptyRange(
  order: CursorOrder,
  start: unknown,
  end: unknown,
  options: ResolvedOptions,
): boolean {
  if (order.beyond(start, end)) return true;
  return order.same(start, end) && (options.rangeEnd === 'open' || options.rangeStart === 'open');
}
