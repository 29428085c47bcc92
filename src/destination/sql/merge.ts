import type { TableSchema } from '../../schema';
import {
  type BatchRule,
  type Count,
  type CountedRows,
  least,
  type Merge,
  minus,
  type StaleRule,
  type TableTree,
  type VersionColumns,
} from '../commit';
import { countRows } from './count-rows';
import { deleteTrees } from './delete-trees';
import type { BoundDialect } from './dialect';
import { fullKey, isActive, isBeyond, isWithin, sameKey } from './keys';
import { STAGED_ROW } from './row-source';
import type { StagedTree } from './stage';
import type { SqlSession } from './transaction';

/** Which staged roots are to be written. */
export interface MergeDecision {
  /** SQL name of a temporary table that has them, by their numbers. */
  readonly keep: string;
  /** How many of them overwrite a stored one. */
  readonly updated: Count;
  /** What deciding has counted and removed. */
  readonly counts: readonly CountedRows[];
}

interface MergeWork {
  readonly tree: TableTree;
  readonly merge: Merge;
  readonly staged: StagedTree;
}

/**
 * Stored roots that share the primary or the merge key with a staged one go with everything below them. `upsert` is the same
 * by primary key alone; `insert-only` leaves stored roots alone.
 */
export async function decideMerge(session: SqlSession, work: MergeWork): Promise<MergeDecision> {
  const { tree, merge, staged } = work;
  const { name } = tree.root;
  const stale = [
    ...(await dropStale(session, { ...work, rule: merge.stale })),
    ...(await dropStaleBatches(session, work, merge.batches)),
  ];
  const { keep, skipped } = await chooseRows(session, work);
  const counts = [...stale, { table: name, skipped }];
  if (merge.strategy === 'insert-only' || !tree.before.has(name)) return { keep, updated: 0, counts };
  const updated = await countMatches(session, work, keep);
  const removed = await deleteTrees(session, tree, { where: matching(session, merge, staged) });
  const deleted = removed.find(({ table }) => table === name)?.deleted ?? 0;
  // A root that is written again is no deletion.
  const rewritten = { table: name, deleted: minus(0, least(updated, deleted)) };
  return { keep, updated, counts: [...counts, ...removed, rewritten] };
}

/** Takes staged roots away of which a newer one is stored: old never overwrites new. */
export async function dropStale(
  session: SqlSession,
  {
    tree: { root },
    staged,
    rule,
    versions,
  }: {
    readonly tree: TableTree;
    readonly staged: StagedTree;
    readonly rule: StaleRule | undefined;
    /** Only versions that are active count. */
    readonly versions?: VersionColumns | undefined;
  },
): Promise<CountedRows[]> {
  if (rule === undefined) return [];
  const { dialect } = session;
  const active = versions === undefined ? '' : ` AND ${isActive(dialect, versions, '_dlt_t')}`;
  const stale = await session.run(
    `DELETE FROM ${staged.root} WHERE EXISTS (SELECT 1 FROM ${dialect.table(root.name)} _dlt_t` +
      ` WHERE ${sameKey(dialect, rule.key, '_dlt_t', staged.root)} AND ${isBeyond(dialect, rule.by, '_dlt_t', staged.root)}${active})`,
  );
  return [{ table: root.name, stale }];
}

/** The newest staged cursor of a batch. */
const NEWEST = '_dlt_newest';

/** Takes the staged roots of a merge key away where the stored ones are newer, all together. */
async function dropStaleBatches(
  session: SqlSession,
  { tree: { root }, staged }: MergeWork,
  rule: BatchRule | undefined,
): Promise<CountedRows[]> {
  if (rule === undefined) return [];
  const { dialect } = session;
  const { key, by, covered } = rule;
  const columns = key.map((column) => dialect.quote(column)).join(', ');
  const newest = dialect.quote(
    await session.stage(
      'newest',
      `SELECT ${columns}, ${by.beyond === '>' ? 'max' : 'min'}(${dialect.quote(by.column)}) AS ${dialect.quote(NEWEST)} FROM ${staged.root} GROUP BY ${columns}`,
    ),
  );
  const stored = (condition: string): string =>
    `EXISTS (SELECT 1 FROM ${dialect.table(root.name)} _dlt_t WHERE ${sameKey(dialect, key, '_dlt_t', '_dlt_n')} AND ${condition})`;
  const reaches = (operator: string): string =>
    `_dlt_t.${dialect.quote(by.column)} ${operator} _dlt_n.${dialect.quote(NEWEST)}`;
  // a row without a cursor says nothing of where it lies
  const newer =
    covered === undefined
      ? stored(reaches(by.beyond))
      : `${stored(reaches(`${by.beyond}=`))} AND ${stored(`NOT coalesce(${isWithin(dialect, covered)}, ${dialect.boolean(true)})`)}`;
  const batches = dialect.quote(
    await session.stage(
      'stale',
      `SELECT ${columns} FROM ${newest} _dlt_n WHERE ${newer}`,
      covered?.map(({ value }) => value),
    ),
  );
  const stale = await session.run(
    `DELETE FROM ${staged.root} WHERE EXISTS (SELECT 1 FROM ${batches} _dlt_b WHERE ${sameKey(dialect, key, '_dlt_b', staged.root)})`,
  );
  return [{ table: root.name, stale }];
}

/** The staged roots that are to be written: one of each primary key, none that says of itself that it is deleted. */
async function chooseRows(
  session: SqlSession,
  { tree, merge, staged }: MergeWork,
): Promise<{ readonly keep: string; readonly skipped: Count }> {
  const { dialect } = session;
  const { primaryKey: key, strategy } = merge;
  const place =
    key.length === 0
      ? '1'
      : `CASE WHEN ${fullKey(dialect, key, '_dlt_s')} THEN row_number() OVER (PARTITION BY ${key
          .map((column) => partitionKey(dialect, tree.root, column))
          .join(', ')} ORDER BY ${winnerFirst(session, merge)}) ELSE 1 END`;
  const stored =
    strategy === 'insert-only' && tree.before.has(tree.root.name)
      ? ` WHERE NOT EXISTS (SELECT 1 FROM ${dialect.table(tree.root.name)} _dlt_t WHERE ${sameKey(dialect, key, '_dlt_t', '_dlt_s')})`
      : '';
  const chosen = dialect.quote(
    await session.stage(
      'chosen',
      `SELECT _dlt_s.${STAGED_ROW}, ${place} AS place, ${isDeleting(session, merge)} AS deleting FROM ${staged.root} _dlt_s${stored}`,
    ),
  );
  const skipped = await session.number(
    `SELECT (SELECT count(*) FROM ${staged.root}) - ${dialect.countWhere('place = 1')} AS skipped FROM ${chosen}`,
  );
  const keep = await session.stage(
    'keep',
    `SELECT ${STAGED_ROW} FROM ${chosen} WHERE place = 1 AND NOT deleting`,
  );
  return { keep: dialect.quote(keep), skipped };
}

function partitionKey(dialect: BoundDialect, { columns }: TableSchema, name: string): string {
  const value = `_dlt_s.${dialect.quote(name)}`;
  const column = columns[name];
  return column === undefined ? value : (dialect.partitionKey?.(value, column) ?? value);
}

function winnerFirst({ dialect }: SqlSession, { winner, last }: Merge): string {
  const place = last ? `_dlt_s.${STAGED_ROW} DESC` : `_dlt_s.${STAGED_ROW}`;
  if (winner === undefined) return place;
  return `${dialect.nullsLast(`_dlt_s.${dialect.quote(winner.column)}`, winner.order)}, ${place}`;
}

function isDeleting({ dialect }: SqlSession, { deleting }: Merge): string {
  if (deleting === undefined) return dialect.boolean(false);
  const name = `_dlt_s.${dialect.quote(deleting.name)}`;
  return deleting.data_type === 'bool'
    ? `coalesce(${name}, ${dialect.boolean(false)})`
    : `${name} IS NOT NULL`;
}

/** SQL of which one is true for stored roots `_dlt_t` that a staged one replaces or deletes. */
function matching({ dialect }: SqlSession, merge: Merge, staged: StagedTree): readonly string[] {
  const exists = (condition: string): string =>
    `EXISTS (SELECT 1 FROM ${staged.root} _dlt_s WHERE ${condition})`;
  const conditions: string[] = [];
  if (merge.primaryKey.length > 0)
    conditions.push(exists(sameKey(dialect, merge.primaryKey, '_dlt_t', '_dlt_s')));
  if (merge.mergeKey.length > 0 && merge.strategy !== 'upsert') {
    const same = sameKey(dialect, merge.mergeKey, '_dlt_t', '_dlt_s');
    const { newerStay } = merge;
    const older =
      newerStay &&
      `${same} AND NOT coalesce(${isBeyond(dialect, newerStay, '_dlt_t', '_dlt_s')}, ${dialect.boolean(false)})`;
    conditions.push(exists(older ?? same));
  }
  return conditions;
}

/** How many of the rows to write have a stored row of their primary key. */
async function countMatches(
  session: SqlSession,
  { tree, merge, staged }: MergeWork,
  keep: string,
): Promise<Count> {
  if (merge.primaryKey.length === 0) return 0;
  const { dialect } = session;
  return countRows(
    session,
    `${staged.root} _dlt_s WHERE _dlt_s.${STAGED_ROW} IN (SELECT ${STAGED_ROW} FROM ${keep})` +
      ` AND EXISTS (SELECT 1 FROM ${dialect.table(tree.root.name)} _dlt_t WHERE ${sameKey(dialect, merge.primaryKey, '_dlt_t', '_dlt_s')})`,
  );
}
