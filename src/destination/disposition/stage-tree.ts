import { LOAD_ID, PARENT_ID, ROW_ID } from '../../schema';
import { type CommitContext, stagedRows, type TableTree } from '../commit-context';
import { countRows } from '../counts';

/** The staged rows of a tree in temporary tables that have the columns of their targets, in source order, for what looks at all of them. */
export interface StagedTree {
  readonly tree: TableTree;
  /** SQL names by table; only tables with rows. The root always has one. */
  readonly names: ReadonlyMap<string, string>;
  readonly root: string;
}

export async function stageTree(context: CommitContext, tree: TableTree): Promise<StagedTree> {
  const { session } = context;
  const names = new Map<string, string>();
  for (const table of tree.tables) {
    if (table !== tree.root && stagedRows(context, table.name) === 0) continue;
    const name = context.temporaryName('staged');
    names.set(
      table.name,
      await session.stage(name, `SELECT * FROM ${session.dialect.table(table.name)} LIMIT 0`),
    );
    const target = { table: name, temporary: true, constants: { [LOAD_ID]: context.loadId } };
    await session.append(target, context.chunks(table.name));
  }
  return { tree, names, root: names.get(tree.root.name)! };
}

/**
 * Writes those staged roots that `keep` has, with the staged rows below them.
 * @param keep SQL name of a table with `staged_row`, the position of a root in the staged table, and its row id
 * @param childCondition further condition for rows below the root, of which `s` is the staged row
 */
export async function insertKept(
  context: CommitContext,
  staged: StagedTree,
  keep: string,
  childCondition: (table: string) => string,
): Promise<void> {
  const { session } = context;
  const { quote, table: qualified } = session.dialect;
  const keptIds = new Map<string, string>([[staged.tree.root.name, `SELECT ${quote(ROW_ID)} FROM ${keep}`]]);
  for (const table of staged.tree.tables) {
    const name = staged.names.get(table.name);
    if (name === undefined) continue;
    const conditions =
      table === staged.tree.root
        ? [`s.${session.stagedRow} IN (SELECT staged_row FROM ${keep})`]
        : [`s.${quote(PARENT_ID)} IN (${keptIds.get(table.parent!)})`, childCondition(table.name)];
    const where = conditions.join(' AND ');
    keptIds.set(
      table.name,
      keptIds.get(table.name) ?? `SELECT s.${quote(ROW_ID)} FROM ${name} s WHERE ${where}`,
    );
    const inserted = await session.run(
      `INSERT INTO ${qualified(table.name)} SELECT s.* FROM ${name} s WHERE ${where}`,
    );
    if (table !== staged.tree.root) countRows(context.tally, table.name, { inserted });
  }
}
