import { TidemarkError } from '../../errors';
import { type Interval, intervalsOverlap } from '../../interval';
import type { LedgerRow } from '../../ledger';
import { rangeOf } from '../../ledger';
import { ROW_ID, type TableSchema } from '../../schema';
import { isDateTime, PlainDate, Timestamp } from '../../value';
import { type CommitContext, stagedRows, type TableTree } from '../commit-context';
import type { SqlParam } from '../sql';
import type { CursorLoad, ResourceLoad } from '../types';
import { deleteTrees } from './delete-trees';
import { ownRows } from './replace';

/** Below this share of its rows a slice that is loaded anew is taken for one that the source has begun to forget. */
const LEAST_SHARE = 0.9;

interface Condition {
  readonly sql: string;
  readonly params: readonly SqlParam[];
}

/**
 * Removes the stored roots whose cursor lies in the range of this load, so that they come again.
 * @param earlier the resource's loaded ledger rows
 * @throws TidemarkError REPLACE_REFUSED where the range can't be told in the table, where another load committed into it
 * since extraction began, or where fewer than 90 % of its rows would be left
 */
export async function removeSlice(
  context: CommitContext,
  resource: ResourceLoad,
  tree: TableTree,
  shared: boolean,
  earlier: readonly LedgerRow[],
): Promise<void> {
  const { root } = tree;
  const slice = conditionOf(context, resource, root);
  if (!context.before.has(root.name)) return;
  refuseIntruder(context, resource, earlier);
  const { session } = context;
  const table = session.dialect.table(root.name);
  const own = shared ? ` AND ${ownRows(context, resource, tree)}` : '';
  const where = `WHERE ${slice.sql}${own}`;
  const [counted] = await session.rows(`SELECT count(*) AS n FROM ${table} t ${where}`, slice.params);
  const stored = Number(counted?.n);
  const coming = stagedRows(context, root.name);
  if (resource.force !== true && coming < LEAST_SHARE * stored)
    throw refused(
      resource,
      `the slice has ${stored} rows in table "${root.name}" and only ${coming} came again; sources forget. Force it if that is right.`,
    );
  const ids = `SELECT t.${session.dialect.quote(ROW_ID)} FROM ${table} t ${where}`;
  await deleteTrees(context, tree, ids, slice.params);
}

function refuseIntruder(context: CommitContext, resource: ResourceLoad, earlier: readonly LedgerRow[]): void {
  const range: Interval | undefined = resource.covered ?? resource.interval;
  const base = context.load.baseLoadId ?? '';
  const intruder = earlier.find((row) => {
    if (row.load_id === null || row.load_id <= base) return false;
    const other = rangeOf(row);
    return range === undefined || other === undefined || intervalsOverlap(range, other);
  });
  if (intruder !== undefined)
    throw refused(
      resource,
      `the load ${intruder.load_id} of pipeline "${intruder.pipeline}" committed into the slice since extraction began. Run it again.`,
    );
}

function conditionOf(context: CommitContext, resource: ResourceLoad, root: TableSchema): Condition {
  const cursor = resource.cursors.find((one) => one.range !== undefined && one.column !== undefined);
  if (cursor?.range === undefined || cursor.column === undefined)
    throw refused(
      resource,
      'it has no incremental with a range on a plain field, so that its rows of a slice can’t be told.',
    );
  const variants = Object.keys(root.columns).filter((name) => name.startsWith(`${cursor.column}__v_`));
  if (variants.length > 0)
    throw refused(
      resource,
      `cursor values are stored in "${variants[0]}" too, which doesn't order as the cursor does.`,
    );
  const { start, end, rangeStart, rangeEnd } = cursor.range;
  const [from, to] = cursor.lastValueFunc === 'min' ? [end, start] : [start, end];
  const [fromClosed, toClosed] =
    cursor.lastValueFunc === 'min'
      ? [rangeEnd === 'closed', rangeStart !== 'open']
      : [rangeStart !== 'open', rangeEnd === 'closed'];
  const column = `t.${context.session.dialect.quote(cursor.column)}`;
  const bounds = [
    { operator: fromClosed ? '>=' : '>', value: from },
    { operator: toClosed ? '<=' : '<', value: to },
  ].filter((bound) => bound.value !== undefined && bound.value !== null);
  if (bounds.length === 0)
    throw refused(resource, 'no start or end is set, so that there is no slice. Use a full refresh.');
  const conditions = bounds.map((bound) => {
    const { sql, param } = operandOf(context, resource, root, cursor, bound.value);
    return { sql: `${column} ${bound.operator} ${sql}`, param };
  });
  return {
    sql: conditions.map(({ sql }) => sql).join(' AND '),
    params: conditions.map(({ param }) => param),
  };
}

/** A bound in the type of the stored column, where that orders as the cursor does. */
function operandOf(
  context: CommitContext,
  resource: ResourceLoad,
  root: TableSchema,
  cursor: CursorLoad,
  bound: unknown,
): { sql: string; param: SqlParam } {
  const type = root.columns[cursor.column ?? '']?.data_type;
  const numeric = type === 'bigint' || type === 'double' || type === 'wei' || type === 'decimal';
  if ((typeof bound === 'number' || typeof bound === 'bigint') && numeric) return { sql: '?', param: bound };
  if (typeof bound === 'string' && type === 'text') return { sql: '?', param: bound };
  const text = instantText(bound);
  if (text !== undefined && type === 'timestamp')
    return { sql: context.session.dialect.instant('?'), param: text };
  if (
    type === 'date' &&
    (bound instanceof PlainDate || (typeof bound === 'string' && /^\d{4}-\d\d-\d\d$/.test(bound)))
  )
    return { sql: 'CAST(? AS DATE)', param: String(bound) };
  if (bound instanceof PlainDate && type === 'text') return { sql: '?', param: bound.iso };
  throw refused(
    resource,
    `its cursor is stored in column "${cursor.column}" of type "${type ?? 'unknown'}", which doesn't order as the cursor "${String(bound)}" does.`,
  );
}

function instantText(bound: unknown): string | undefined {
  if (bound instanceof Timestamp) return bound.toString();
  if (bound instanceof Date) return bound.toISOString();
  if (isDateTime(bound)) return new Date(bound.toMillis()).toISOString();
  return typeof bound === 'string' && /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d/.test(bound) ? bound : undefined;
}

function refused(resource: ResourceLoad, why: string): TidemarkError {
  return new TidemarkError(
    'REPLACE_REFUSED',
    `A slice of resource "${resource.resource}" can't be replaced: ${why}`,
    {
      details: { resource: resource.resource },
    },
  );
}
