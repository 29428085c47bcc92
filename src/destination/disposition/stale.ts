import type { CommitContext } from '../commit-context';
import { countRows } from '../counts';
import type { ResourceLoad } from '../types';
import { isBeyond, orderingCursor, sameKey } from './keys';
import { isActive, versionColumns } from './scd2-columns';
import type { StagedRoots } from './staged-roots';

/** Takes staged roots away of which a newer one is stored: old never overwrites new. */
export async function dropStale(
  context: CommitContext,
  resource: ResourceLoad,
  staged: StagedRoots,
): Promise<void> {
  const cursor = orderingCursor(resource);
  const versions = resource.strategy === 'scd2';
  // A version has no primary key; rows that stand for the same thing share the merge key.
  const key = resource.primaryKey.length > 0 ? resource.primaryKey : versions ? resource.mergeKey : [];
  const { session } = context;
  const { root } = staged.tree;
  if (cursor === undefined || key.length === 0 || !context.before.has(root.name)) return;
  if (root.columns[cursor.column]?.data_type === undefined) return;
  const { dialect } = session;
  const active = versions ? ` AND ${isActive(dialect, versionColumns(root), 't')}` : '';
  const stale = await session.run(
    `DELETE FROM ${staged.root} WHERE EXISTS (SELECT 1 FROM ${dialect.table(root.name)} t` +
      ` WHERE ${sameKey(dialect, key, 't', staged.root)} AND ${isBeyond(dialect, cursor, 't', staged.root)}${active})`,
  );
  countRows(context.tally, root.name, { stale });
}
