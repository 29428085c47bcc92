import { TidemarkError } from '../../errors';
import { covers, type Interval, instantMs, intervalSet, intervalsOverlap } from '../../interval';
import { type LedgerRow, rangeOf } from '../../ledger';
import { type TableSchema, variantsOf } from '../../schema';
import { isDateTime, ownField, PlainDate, Timestamp } from '../../value';
import type { CursorLoad, LoadPackage, ResourceLoad } from '../types';
import type { Bound, SliceCheck } from './plan';

/** Below this share of its rows a slice that is loaded anew is taken for one that the source has begun to forget. */
const LEAST_SHARE = 0.9;

/** The check of a slice of which so many rows come again; `force` lets every slice pass. */
export function sliceCheck({ resource, force }: ResourceLoad, table: string, coming: number): SliceCheck {
  return { check: 'least-share', resource, table, coming, share: force === true ? 0 : LEAST_SHARE };
}

/**
 * @param stored rows that the slice has
 * @throws TidemarkError REPLACE_REFUSED where too few come again
 */
export function refuseForgotten({ resource, table, coming, share }: SliceCheck, stored: number): void {
  if (coming >= share * stored) return;
  throw refused(
    resource,
    `the slice has ${stored} rows in table "${table}" and only ${coming} came again; sources forget. Force it if that is right.`,
  );
}

/** The most rows that a slice may have for `coming` ones to be enough. */
export function mostNotForgotten({ coming, share }: SliceCheck): number {
  const most = Math.floor(coming / share);
  // a share of rows is no exact number
  return coming >= share * (most + 1) ? most + 1 : most;
}

/**
 * Refuses the replacement of a slice into which another load committed since extraction began.
 * @param earlier the resource's loaded ledger rows
 * @throws TidemarkError REPLACE_REFUSED
 */
export function refuseIntruder(
  { baseLoadId }: LoadPackage,
  resource: ResourceLoad,
  earlier: readonly LedgerRow[],
): void {
  const base = baseLoadId ?? '';
  const intruder = earlier.find((row) => {
    if (row.load_id === null || row.load_id <= base) return false;
    const other = rangeOf(row);
    return other === undefined || reachesInto(resource, other);
  });
  if (intruder !== undefined)
    throw refused(
      resource.resource,
      `the load ${intruder.load_id} of pipeline "${intruder.pipeline}" committed into the slice since extraction began. Run it again.`,
    );
}

/** Whether what another load covered may lie in the slice of this one; one without an end reaches beyond the rows that it met. */
function reachesInto({ covered, interval, stateless, cursors }: ResourceLoad, other: Interval): boolean {
  const range: Interval | undefined = covered ?? interval;
  if (range === undefined) return true;
  if (stateless) return intervalsOverlap(range, other);
  return cursors.some(({ lastValueFunc }) => lastValueFunc === 'min')
    ? instantMs(other.start) < instantMs(range.end)
    : instantMs(other.end) > instantMs(range.start);
}

/** Loads that lie in the slice as a whole: all that they brought has gone and come again. */
export function loadsWithin(resource: ResourceLoad, earlier: readonly LedgerRow[]): string[] {
  const slice = resource.covered ?? resource.interval;
  if (slice === undefined) return [];
  const set = intervalSet([slice]);
  return earlier
    .filter((row) => {
      const range = rangeOf(row);
      return range !== undefined && covers(set, range);
    })
    .map((row) => row.load_key);
}

/**
 * Which rows of a root table lie in the range of the load.
 * @throws TidemarkError REPLACE_REFUSED where the range can't be told in the table
 */
export function sliceBounds(resource: ResourceLoad, root: TableSchema): readonly Bound[] {
  const cursor = resource.cursors.find((one) => one.range !== undefined && one.column !== undefined);
  if (cursor?.range === undefined || cursor.column === undefined)
    throw refused(
      resource.resource,
      'it has no incremental with a range on a plain field, so that its rows of a slice can’t be told.',
    );
  const variants = variantsOf(cursor.column, Object.keys(root.columns));
  if (variants.length > 0)
    throw refused(
      resource.resource,
      `cursor values are stored in "${variants[0]}" too, which doesn't order as the cursor does.`,
    );
  const { start, end, rangeStart, rangeEnd } = cursor.range;
  const [from, to] = cursor.lastValueFunc === 'min' ? [end, start] : [start, end];
  const [fromClosed, toClosed] =
    cursor.lastValueFunc === 'min'
      ? [rangeEnd === 'closed', rangeStart !== 'open']
      : [rangeStart !== 'open', rangeEnd === 'closed'];
  const bounds = [
    { operator: fromClosed ? '>=' : '>', value: from } as const,
    { operator: toClosed ? '<=' : '<', value: to } as const,
  ].filter((bound) => bound.value !== undefined && bound.value !== null);
  if (bounds.length === 0)
    throw refused(
      resource.resource,
      'no start or end is set, so that there is no slice. Use a full refresh.',
    );
  const column = cursor.column;
  return bounds.map(({ operator, value }) => ({
    column,
    operator,
    ...operandOf(resource, root, cursor, value),
  }));
}

/** A bound in the type of the stored column, where that orders as the cursor does. */
function operandOf(
  resource: ResourceLoad,
  root: TableSchema,
  cursor: CursorLoad,
  bound: unknown,
): Pick<Bound, 'value' | 'type'> {
  const stored = ownField(root.columns, cursor.column ?? '')?.data_type;
  const numeric = stored === 'bigint' || stored === 'double' || stored === 'wei' || stored === 'decimal';
  if ((typeof bound === 'number' || typeof bound === 'bigint') && numeric)
    return { value: bound, type: 'plain' };
  if (typeof bound === 'string' && stored === 'text') return { value: bound, type: 'plain' };
  const text = instantText(bound);
  if (text !== undefined && stored === 'timestamp') return { value: text, type: 'instant' };
  if (
    stored === 'date' &&
    (bound instanceof PlainDate || (typeof bound === 'string' && /^\d{4}-\d\d-\d\d$/.test(bound)))
  )
    return { value: String(bound), type: 'date' };
  if (bound instanceof PlainDate && stored === 'text') return { value: bound.iso, type: 'plain' };
  throw refused(
    resource.resource,
    `its cursor is stored in column "${cursor.column}" of type "${stored ?? 'unknown'}", which doesn't order as the cursor "${String(bound)}" does.`,
  );
}

function instantText(bound: unknown): string | undefined {
  if (bound instanceof Timestamp) return bound.toString();
  if (bound instanceof Date) return bound.toISOString();
  if (isDateTime(bound)) return new Date(bound.toMillis()).toISOString();
  return typeof bound === 'string' && /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d/.test(bound) ? bound : undefined;
}

function refused(resource: string, why: string): TidemarkError {
  return new TidemarkError('REPLACE_REFUSED', `A slice of resource "${resource}" can't be replaced: ${why}`, {
    details: { resource },
  });
}
