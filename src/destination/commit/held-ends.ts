import { instantMs } from '../../interval';
import type { LedgerRow } from '../../ledger';
import { PlainDate, Timestamp } from '../../value';
import type { CursorLoad, LoadPackage, ResourceLoad } from '../types';
import type { EarlierLoad } from './basis';
import type { ActualTables, DataReader } from './stored';

interface Later {
  readonly load: LoadPackage;
  readonly resource: ResourceLoad;
  /** Names of the root tables of the resource. */
  readonly roots: readonly string[];
  readonly tables: ActualTables;
  readonly data: DataReader;
}

/**
 * Marks the loads that have rows at the end of their range where this one begins or ends, as one that goes on from a cursor has,
 * and one whose end is closed. One that goes on from its cursor knows such rows, unless that was reset.
 */
export async function withHeldEnds(
  later: Later,
  earlier: readonly LedgerRow[],
): Promise<readonly EarlierLoad[]> {
  const { load, resource } = later;
  const mine = resource.covered ?? resource.interval;
  const cursor = resource.cursors.find(isOrdered);
  const brings = load.staged.tables.some(({ name, rows }) => rows > 0 && resource.tables.includes(name));
  if (mine === undefined || cursor?.range === undefined) return earlier;
  const { start, end, rangeStart } = cursor.range;
  const startsAt = rangeStart === 'open' || !brings ? undefined : instantMs(mine.start);
  const endsAt = resource.stateless ? instantMs(mine.end) : undefined;
  const rows: EarlierLoad[] = [];
  for (const row of earlier) {
    const border = mayHoldEnd(row, later, cursor) ? instantMs(row.cursor_end!) : undefined;
    const value = border === startsAt ? start : end;
    const meets = border !== undefined && (border === startsAt || border === endsAt);
    rows.push(
      meets && (await holds(row.load_id!, { border, value }, { ...later, cursor }))
        ? { ...row, holdsEnd: true }
        : row,
    );
  }
  return rows;
}

const isOrdered = ({ column, range, lastValueFunc = 'max' }: CursorLoad): boolean =>
  column !== undefined && range !== undefined && lastValueFunc === 'max';

function mayHoldEnd(
  { status, load_id, cursor_end: end, interval_end: interval }: LedgerRow,
  { resource }: Later,
  { range }: CursorLoad,
): boolean {
  if (load_id === null || end === null || !(resource.stateless || status === 'superseded')) return false;
  // a load of an interval ends before its end, unless that is closed
  return interval === null || range?.rangeEnd === 'closed' || instantMs(end) !== instantMs(interval);
}

interface Border {
  readonly border: number;
  /** The same in the cursor's own type. */
  readonly value: unknown;
}

async function holds(
  loadId: string,
  border: Border,
  { roots, tables, data, cursor }: Later & { readonly cursor: CursorLoad },
): Promise<boolean> {
  const column = cursor.column!;
  for (const root of roots) {
    if (tables.get(root)?.some(({ name }) => name === column) !== true) continue;
    if (isAt(await data.greatestOf(loadId, root, column), border)) return true;
  }
  return false;
}

function isAt(stored: unknown, { border, value }: Border): boolean {
  if (typeof stored === 'number' || typeof stored === 'bigint')
    return (typeof value === 'number' || typeof value === 'bigint') && Number(stored) === Number(value);
  if (stored instanceof Timestamp) return instantMs(stored.toString()) === border;
  const text = stored instanceof PlainDate ? stored.iso : stored;
  return typeof text === 'string' && Date.parse(text) === border;
}
