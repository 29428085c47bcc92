import { PARENT_ID, ROW_ID, type TableSchema } from '../../schema';
import type { CommitContext, TableTree } from '../commit-context';
import { countRows } from '../counts';
import type { SqlParam } from '../sql';

/**
 * Deletes root rows with everything below them. Descendants are found from parent to child: that holds for rows that
 * have no root id, too.
 * @param rootIds a query that gives the row ids of the roots
 * @returns how many roots went
 */
export async function deleteTrees(
  context: CommitContext,
  tree: TableTree,
  rootIds: string,
  params: readonly SqlParam[] = [],
): Promise<number> {
  const { session } = context;
  const doomed = await session.stage(context.temporaryName('doomed'), rootIds, params);
  const [counted] = await session.rows(`SELECT count(*) AS n FROM ${doomed}`);
  if (Number(counted?.n) === 0) return 0;
  await deleteChildren(context, tree, tree.root, doomed);
  return deleteRows(context, tree.root, ROW_ID, doomed);
}

/** Empties all tables of a tree. */
export async function deleteAll(context: CommitContext, tree: TableTree): Promise<void> {
  for (const table of tree.tables) {
    if (!context.before.has(table.name)) continue;
    const deleted = await context.session.run(`DELETE FROM ${context.session.dialect.table(table.name)}`);
    countRows(context.tally, table.name, { deleted });
  }
}

async function deleteChildren(
  context: CommitContext,
  tree: TableTree,
  parent: TableSchema,
  doomed: string,
): Promise<void> {
  const { session } = context;
  const { quote, table: qualified } = session.dialect;
  for (const child of tree.tables.filter(
    (table) => table.parent === parent.name && context.before.has(table.name),
  )) {
    if (tree.tables.some((table) => table.parent === child.name)) {
      const below = await session.stage(
        context.temporaryName('doomed'),
        `SELECT ${quote(ROW_ID)} FROM ${qualified(child.name)} WHERE ${quote(PARENT_ID)} IN (SELECT ${quote(ROW_ID)} FROM ${doomed})`,
      );
      await deleteChildren(context, tree, child, below);
    }
    await deleteRows(context, child, PARENT_ID, doomed);
  }
}

async function deleteRows(
  context: CommitContext,
  table: TableSchema,
  column: string,
  doomed: string,
): Promise<number> {
  const { session } = context;
  const { quote, table: qualified } = session.dialect;
  const deleted = await session.run(
    `DELETE FROM ${qualified(table.name)} WHERE ${quote(column)} IN (SELECT ${quote(ROW_ID)} FROM ${doomed})`,
  );
  countRows(context.tally, table.name, { deleted });
  return deleted;
}
