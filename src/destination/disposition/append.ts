import { ROW_ID } from '../../schema/index';
import { appendAll, type CommitContext, stagedRows, type TableTree, type TableWork } from '../commit-context';
import { countRows } from '../counts';
import type { ResourceLoad } from '../types';
import { sameKey } from './keys';
import { insertKept, stageTree } from './stage-tree';

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
      const mayBeStored = skipStored && context.before.has(tree.root.name);
      if (mayBeStored && (await anyStored(context, resource, tree))) await appendNew(context, resource, tree);
      else await appendAll(context, tree);
    },
  };
}

/** Looks the staged keys up in the table: usually none is there, and the rows needn't be staged at all. */
async function anyStored(context: CommitContext, resource: ResourceLoad, tree: TableTree): Promise<boolean> {
  const { session } = context;
  const target = session.dialect.table(tree.root.name);
  const name = context.temporaryName('keys');
  const columns = resource.primaryKey.map(session.dialect.quote).join(', ');
  const keys = await session.stage(name, `SELECT ${columns} FROM ${target} LIMIT 0`);
  await session.append(
    { table: name, temporary: true, constants: {}, partial: true },
    context.chunks(tree.root.name),
  );
  const [found] = await session.rows(
    `SELECT 1 FROM ${keys} k WHERE EXISTS (SELECT 1 FROM ${target} t WHERE ${sameKey(session.dialect, resource.primaryKey, 't', 'k')}) LIMIT 1`,
  );
  return found !== undefined;
}

/** Appends the roots whose key isn't stored, with what is below them. */
async function appendNew(context: CommitContext, resource: ResourceLoad, tree: TableTree): Promise<void> {
  const { session } = context;
  const { dialect } = session;
  const staged = await stageTree(context, tree);
  const target = dialect.table(tree.root.name);
  const keep = await session.stage(
    context.temporaryName('keep'),
    `SELECT s.${session.stagedRow} AS staged_row, s.${dialect.quote(ROW_ID)} FROM ${staged.root} s` +
      ` WHERE NOT EXISTS (SELECT 1 FROM ${target} t WHERE ${sameKey(dialect, resource.primaryKey, 't', 's')})`,
  );
  await insertKept(context, staged, keep);
  const [kept] = await session.rows(`SELECT count(*) AS n FROM ${keep}`);
  const inserted = Number(kept?.n);
  countRows(context.tally, tree.root.name, {
    inserted,
    skipped: stagedRows(context, tree.root.name) - inserted,
  });
}
