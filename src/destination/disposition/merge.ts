import { TidemarkError } from '../../errors';
import { ROW_ID } from '../../schema';
import type { CommitContext, TableTree, TableWork } from '../commit-context';
import { countRows } from '../counts';
import type { ResourceLoad } from '../types';
import { deleteTrees } from './delete-trees';
import { fullKey, isBeyond, orderingCursor, sameKey } from './keys';
import { appendKept, keptRoots, STAGED_ROW, type StagedRoots, stageRoots } from './staged-roots';
import { dropStale } from './stale';

/**
 * Merges a tree by its keys: stored roots that share the primary or the merge key with a staged one go with everything
 * below them, then of each primary key one staged root is written. `upsert` is the same by primary key alone, and lets
 * the last of a batch win; `insert-only` leaves stored roots alone.
 */
export function mergeWork(context: CommitContext, resource: ResourceLoad, tree: TableTree): TableWork {
  const strategy = resource.strategy ?? 'delete-insert';
  if (strategy !== 'delete-insert') requirePrimaryKey(resource, strategy);
  let staged: StagedRoots | undefined;
  let keep = '';
  let updated = 0;
  return {
    async remove() {
      if (!context.takeRows(tree.root.name)) return;
      staged = await stageRoots(context, tree, decidingColumns(resource));
      if (resource.stateless) await dropStale(context, resource, staged);
      keep = await chooseRows(context, resource, staged);
      if (strategy === 'insert-only' || !context.before.has(tree.root.name)) return;
      updated = await countMatches(context, resource, staged, keep);
      const deleted = await deleteTrees(context, tree, matchingRoots(context, resource, staged));
      // A root that is written again is no deletion.
      if (deleted > 0) countRows(context.tally, tree.root.name, { deleted: -Math.min(updated, deleted) });
    },
    async insert() {
      if (staged === undefined) return;
      const { kept, count } = await keptRoots(context, staged, keep);
      await appendKept(context, tree, kept);
      countRows(context.tally, tree.root.name, { inserted: count - updated, updated });
    },
  };
}

function decidingColumns(resource: ResourceLoad): readonly (string | undefined)[] {
  const { primaryKey, mergeKey, dedupSort, hardDelete } = resource;
  return [...primaryKey, ...mergeKey, dedupSort?.column, hardDelete, orderingCursor(resource)?.column];
}

/**
 * The staged roots that are to be written: one of each primary key, none that says of itself that it is deleted. The
 * winner is that of `dedupSort`; else the newest by the cursor; else, for an upsert, the last, and the first otherwise.
 */
async function chooseRows(
  context: CommitContext,
  resource: ResourceLoad,
  staged: StagedRoots,
): Promise<string> {
  const { session } = context;
  const { dialect } = session;
  const key = resource.primaryKey;
  const place =
    key.length === 0
      ? '1'
      : `CASE WHEN ${fullKey(dialect, key, 's')} THEN row_number() OVER (PARTITION BY ${key
          .map((column) => `s.${dialect.quote(column)}`)
          .join(', ')} ORDER BY ${winnerFirst(context, resource, staged)}) ELSE 1 END`;
  const stored =
    resource.strategy === 'insert-only' && context.before.has(staged.tree.root.name)
      ? ` WHERE NOT EXISTS (SELECT 1 FROM ${dialect.table(staged.tree.root.name)} t WHERE ${sameKey(dialect, key, 't', 's')})`
      : '';
  const chosen = await session.stage(
    context.temporaryName('chosen'),
    `SELECT s.${STAGED_ROW}, ${place} AS place, ${isDeleting(context, resource, staged)} AS deleting FROM ${staged.root} s${stored}`,
  );
  const [counts] = await session.rows(
    `SELECT (SELECT count(*) FROM ${staged.root}) - count(*) FILTER (WHERE place = 1) AS skipped FROM ${chosen}`,
  );
  countRows(context.tally, staged.tree.root.name, { skipped: Number(counts?.skipped) });
  return session.stage(
    context.temporaryName('keep'),
    `SELECT ${STAGED_ROW} FROM ${chosen} WHERE place = 1 AND NOT deleting`,
  );
}

function winnerFirst(context: CommitContext, resource: ResourceLoad, staged: StagedRoots): string {
  const { session } = context;
  const { quote } = session.dialect;
  const columns = staged.tree.root.columns;
  const last = `s.${STAGED_ROW} DESC`;
  const sort = resource.dedupSort;
  if (sort !== undefined && columns[sort.column]?.data_type !== undefined)
    return `s.${quote(sort.column)} ${sort.order === 'desc' ? 'DESC' : 'ASC'} NULLS LAST, s.${STAGED_ROW}`;
  const cursor = orderingCursor(resource);
  if (cursor !== undefined && columns[cursor.column]?.data_type !== undefined)
    return `s.${quote(cursor.column)} ${cursor.lastValueFunc === 'min' ? 'ASC' : 'DESC'} NULLS LAST, ${last}`;
  return resource.strategy === 'upsert' ? last : `s.${STAGED_ROW}`;
}

function isDeleting(context: CommitContext, resource: ResourceLoad, staged: StagedRoots): string {
  const column = staged.tree.root.columns[resource.hardDelete ?? ''];
  if (column?.data_type === undefined) return 'false';
  const name = `s.${context.session.dialect.quote(column.name)}`;
  return column.data_type === 'bool' ? `coalesce(${name}, false)` : `${name} IS NOT NULL`;
}

/** Row ids of the stored roots that a staged one replaces or deletes. */
function matchingRoots(context: CommitContext, resource: ResourceLoad, staged: StagedRoots): string {
  const { dialect } = context.session;
  const exists = (condition: string): string => `EXISTS (SELECT 1 FROM ${staged.root} s WHERE ${condition})`;
  const conditions: string[] = [];
  if (resource.primaryKey.length > 0)
    conditions.push(exists(sameKey(dialect, resource.primaryKey, 't', 's')));
  if (resource.mergeKey.length > 0 && resource.strategy !== 'upsert') {
    const cursor = resource.stateless ? orderingCursor(resource) : undefined;
    const same = sameKey(dialect, resource.mergeKey, 't', 's');
    const ordered = cursor !== undefined && staged.tree.root.columns[cursor.column]?.data_type !== undefined;
    conditions.push(
      exists(ordered ? `${same} AND NOT coalesce(${isBeyond(dialect, cursor, 't', 's')}, false)` : same),
    );
  }
  return `SELECT t.${dialect.quote(ROW_ID)} FROM ${dialect.table(staged.tree.root.name)} t WHERE ${conditions.join(' OR ')}`;
}

/** How many of the rows to write have a stored row of their primary key. */
async function countMatches(
  context: CommitContext,
  resource: ResourceLoad,
  staged: StagedRoots,
  keep: string,
): Promise<number> {
  if (resource.primaryKey.length === 0) return 0;
  const { session } = context;
  const { dialect } = session;
  const [row] = await session.rows(
    `SELECT count(*) AS n FROM ${staged.root} s WHERE s.${STAGED_ROW} IN (SELECT ${STAGED_ROW} FROM ${keep})` +
      ` AND EXISTS (SELECT 1 FROM ${dialect.table(staged.tree.root.name)} t WHERE ${sameKey(dialect, resource.primaryKey, 't', 's')})`,
  );
  return Number(row?.n);
}

function requirePrimaryKey(resource: ResourceLoad, strategy: string): void {
  if (resource.primaryKey.length > 0) return;
  throw new TidemarkError(
    'PRIMARY_KEY_REQUIRED',
    `The merge strategy "${strategy}" of resource "${resource.resource}" needs a primary key; declare \`primaryKey\`, or use "delete-insert".`,
    { details: { resource: resource.resource, strategy } },
  );
}
