import { LOAD_ID } from '../../schema';
import {
  type CountedRows,
  mostNotForgotten,
  type Removal,
  type RowWrites,
  refuseForgotten,
  type TableTree,
  type TreePlan,
} from '../commit';
import { countRows } from './count-rows';
import { deleteAll, deleteTrees } from './delete-trees';
import { isOwn, isWithin } from './keys';
import { decideMerge, type MergeDecision } from './merge';
import type { Staged } from './stage';
import type { SqlSession } from './transaction';
import { decideVersions } from './versions';

/** What is known once all removals are done. */
export interface Removed {
  readonly counts: readonly CountedRows[];
  /** Which staged rows are to be written, by plan; those that are appended aren't among them. */
  readonly decisions: ReadonlyMap<TreePlan, MergeDecision>;
}

/**
 * Does all removals of a load, in the order of its plans. A merge or a new version decides at its turn which staged rows to
 * write: after the removal of its own plan, and before any row is inserted.
 */
export async function removeRows(session: SqlSession, writes: RowWrites, staged: Staged): Promise<Removed> {
  const counts: CountedRows[] = [];
  const decisions = new Map<TreePlan, MergeDecision>();
  for (const plan of writes.trees) {
    const { tree, removal, insertion } = plan;
    if (removal !== undefined) counts.push(...(await remove(session, tree, removal)));
    const rows = staged.get(plan);
    if (rows === undefined || insertion === undefined || insertion.how === 'append') continue;
    const decision =
      insertion.how === 'merge'
        ? await decideMerge(session, { tree, merge: insertion, staged: rows })
        : await decideVersions(session, { tree, versioning: insertion, staged: rows });
    decisions.set(plan, decision);
    counts.push(...decision.counts);
  }
  return { counts, decisions };
}

async function remove(
  session: SqlSession,
  tree: TableTree,
  removal: Removal,
): Promise<readonly CountedRows[]> {
  const { dialect } = session;
  switch (removal.of) {
    case 'everything':
      return deleteAll(session, tree);
    case 'resource':
      return deleteTrees(session, tree, { where: isOwn(dialect, removal.own) });
    case 'loads': {
      const places = removal.loadIds.map(() => '?').join(', ');
      const where = `_dlt_t.${dialect.quote(LOAD_ID)} IN (${places})`;
      return deleteTrees(session, tree, { where, params: removal.loadIds });
    }
    case 'slice': {
      const { bounds, own, check } = removal;
      const within = isWithin(dialect, bounds);
      const where = own === undefined ? within : `${within} AND ${isOwn(dialect, own)}`;
      const rows = { where, params: bounds.map(({ value }) => value) };
      if (check.share > 0) {
        const stored = `${dialect.table(tree.root.name)} _dlt_t WHERE ${where}`;
        await session.atMost(await countRows(session, stored, rows.params), {
          most: mostNotForgotten(check),
          refuse: (count) => refuseForgotten(check, count),
        });
      }
      return deleteTrees(session, tree, rows);
    }
  }
}
