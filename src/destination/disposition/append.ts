import { appendAll, type CommitContext, stagedRows, type TableTree, type TableWork } from '../commit-context';
import { countRows } from '../counts';
import type { ResourceLoad } from '../types';
import { sameKey } from './keys';
import { appendKept, keptRoots, STAGED_ROW, stageRoots } from './staged-roots';

/** Appends the staged rows of a tree; with `skipStored` not those whose declared key is stored, nor their children. */
export function appendWork(
  context: CommitContext,
  resource: ResourceLoad,
  tree: TableTree,
  skipStored: boolean,
): TableWork {
  return {
    async remove() {},
    async insert() {
      if (!context.takeRows(tree.root.name)) return;
      if (skipStored && context.before.has(tree.root.name)) await appendNew(context, resource, tree);
      else await appendAll(context, tree);
    },
  };
}

/** Appends the roots whose key isn't stored, with what is below them. */
async function appendNew(context: CommitContext, resource: ResourceLoad, tree: TableTree): Promise<void> {
  const { session } = context;
  const { table } = session.dialect;
  const { name } = tree.root;
  const staged = await stageRoots(context, tree, resource.primaryKey);
  const keep = await session.stage(
    context.temporaryName('keep'),
    `SELECT s.${STAGED_ROW} FROM ${staged.root} s` +
      ` WHERE NOT EXISTS (SELECT 1 FROM ${table(name)} t WHERE ${sameKey(session.dialect, resource.primaryKey, 't', 's')})`,
  );
  const { kept, count } = await keptRoots(context, staged, keep);
  await appendKept(context, tree, kept);
  countRows(context.tally, name, { inserted: count, skipped: stagedRows(context, name) - count });
}
