import { completeColumn } from '../../schema';
import { type Insertion, type RowWrites, stagedRows, type TableTree, type TreePlan } from '../commit';
import { constantsOf, type RowSource, STAGED_ROW } from './row-source';
import type { SqlSession } from './transaction';

/** Staged rows of a tree in temporary tables, for what has to look at all of them before it knows what to write. */
export interface StagedTree {
  /** Their SQL names by table: of a merge only that of the root, which has numbers, keys and cursors. */
  readonly names: ReadonlyMap<string, string>;
  /** SQL name of the root's. */
  readonly root: string;
}

/** What was staged of which plan; what is appended as it is needs no staging. */
export type Staged = ReadonlyMap<TreePlan, StagedTree>;

/** What a load writes, and where its rows are taken from. */
export interface LoadWrites {
  readonly loadId: string;
  readonly writes: RowWrites;
  readonly source: RowSource;
}

/** Stages what decides which rows are written. Looks at no stored row. */
export async function stageTrees(session: SqlSession, work: LoadWrites): Promise<Staged> {
  const staged = new Map<TreePlan, StagedTree>();
  for (const plan of work.writes.trees) {
    const { tree, insertion } = plan;
    if (insertion === undefined) continue;
    const columns = decidingColumns(insertion);
    if (insertion.how === 'versions') staged.set(plan, await stageWhole(session, tree, work));
    else if (columns !== undefined)
      staged.set(plan, await stageRoots(session, tree, { columns, source: work.source }));
  }
  return staged;
}

/** The columns of the root that decide which rows are written, undefined where all are. */
function decidingColumns(insertion: Insertion): readonly string[] | undefined {
  if (insertion.how === 'append') return insertion.unlessStored;
  if (insertion.how === 'versions') return undefined;
  const { primaryKey, mergeKey, winner, deleting, stale, newerStay, batches } = insertion;
  const deciding = [winner?.column, deleting?.name, stale?.by.column, newerStay?.column, batches?.by.column];
  return [...primaryKey, ...mergeKey, ...deciding.filter((name) => name !== undefined)];
}

/** All rows with the columns of their tables. */
async function stageWhole(
  session: SqlSession,
  tree: TableTree,
  { writes, loadId, source }: LoadWrites,
): Promise<StagedTree> {
  const { quote, boolean, table: qualified } = session.dialect;
  const names = new Map<string, string>();
  for (const table of tree.tables) {
    if (table !== tree.root && stagedRows(writes.staged, table.name) === 0) continue;
    const name = await session.stage(
      'staged',
      `SELECT ${numberColumn(quote)}, _dlt_t.* FROM ${qualified(table.name)} _dlt_t WHERE ${boolean(false)}`,
    );
    names.set(table.name, quote(name));
    const target = { table: name, temporary: true, constants: constantsOf(table, loadId) };
    await source.fill(target, table.name);
  }
  return { names, root: names.get(tree.root.name)! };
}

const numberColumn = (quote: (name: string) => string): string => `CAST(0 AS BIGINT) AS ${quote(STAGED_ROW)}`;

/** Some columns of the roots, with their numbers: rows are written to their tables once, when it is known which. */
async function stageRoots(
  session: SqlSession,
  { root }: TableTree,
  { columns, source }: { readonly columns: readonly string[]; readonly source: RowSource },
): Promise<StagedTree> {
  const { quote, boolean, table } = session.dialect;
  const names = [...new Set(columns)].filter((name) => completeColumn(root, name) !== undefined);
  const name = await session.stage(
    'roots',
    `SELECT ${numberColumn(quote)}${names.map((column) => `, ${quote(column)}`).join('')} FROM ${table(root.name)} WHERE ${boolean(false)}`,
  );
  const target = { table: name, temporary: true, constants: {} };
  await source.fill(target, root.name, new Set(names));
  return { names: new Map([[root.name, quote(name)]]), root: quote(name) };
}
