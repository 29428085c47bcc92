import type { StagedTables } from '../../normalize';
import { type Count, type CountedRows, minus, stagedRows, type TableTree, type TreePlan } from '../commit';
import { countRows } from './count-rows';
import { sameKey } from './keys';
import type { Removed } from './remove';
import { type RowSource, STAGED_ROW } from './row-source';
import type { LoadWrites, Staged, StagedTree } from './stage';
import type { SqlSession } from './transaction';
import { insertVersions } from './versions';

interface Inserting extends LoadWrites {
  readonly staged: Staged;
  readonly removed: Removed;
}

/** Does all insertions of a load, in the order of its plans. */
export async function insertRows(session: SqlSession, work: Inserting): Promise<readonly CountedRows[]> {
  const counts: CountedRows[] = [];
  for (const plan of work.writes.trees) counts.push(...(await insert(session, plan, work)));
  return counts;
}

async function insert(
  session: SqlSession,
  plan: TreePlan,
  { writes, source, staged, removed }: Inserting,
): Promise<readonly CountedRows[]> {
  const { tree, insertion } = plan;
  if (insertion === undefined) return [];
  const rows: TreeRows = { tree, source, staged: writes.staged };
  const stagedTree = staged.get(plan);
  const decision = removed.decisions.get(plan);
  if (stagedTree === undefined) return appendTree(rows);
  if (insertion.how === 'versions')
    return insertVersions(session, tree, { staged: stagedTree, keep: decision!.keep });
  if (insertion.how === 'append')
    return appendNew(session, rows, { staged: stagedTree, key: insertion.unlessStored! });
  const { counts, count } = await appendKept(session, rows, decision!.keep);
  const { updated } = decision!;
  return [...counts, { table: tree.root.name, inserted: minus(count, updated), updated }];
}

/** Rows of a tree, and where they are taken from. */
interface TreeRows {
  readonly tree: TableTree;
  readonly source: RowSource;
  readonly staged: StagedTables;
}

/** Appends the roots whose key isn't stored, with what is below them. */
async function appendNew(
  session: SqlSession,
  rows: TreeRows,
  { staged, key }: { readonly staged: StagedTree; readonly key: readonly string[] },
): Promise<readonly CountedRows[]> {
  const { dialect } = session;
  const { name } = rows.tree.root;
  const keep = await session.stage(
    'keep',
    `SELECT _dlt_s.${STAGED_ROW} FROM ${staged.root} _dlt_s` +
      ` WHERE NOT EXISTS (SELECT 1 FROM ${dialect.table(name)} _dlt_t WHERE ${sameKey(dialect, key, '_dlt_t', '_dlt_s')})`,
  );
  const { counts, count } = await appendKept(session, rows, dialect.quote(keep));
  return [...counts, { table: name, inserted: count, skipped: minus(stagedRows(rows.staged, name), count) }];
}

interface Kept {
  /** Of what is below the root. */
  readonly counts: readonly CountedRows[];
  /** Roots that were kept. */
  readonly count: Count;
}

/** @param keep SQL name of a table with the numbers of the roots to write, each once */
async function appendKept(session: SqlSession, rows: TreeRows, keep: string): Promise<Kept> {
  const { root } = rows.tree;
  const all = stagedRows(rows.staged, root.name);
  const count = await countRows(session, keep);
  const source = count === all ? rows.source : await rows.source.keeping(keep, all);
  const counts = await appendTree({ ...rows, source });
  return { counts: counts.filter(({ table }) => table !== root.name), count };
}

async function appendTree({ tree, source, staged }: TreeRows): Promise<readonly CountedRows[]> {
  const counts: CountedRows[] = [];
  for (const table of tree.tables)
    if (stagedRows(staged, table.name) > 0)
      counts.push({ table: table.name, inserted: await source.append(table) });
  return counts;
}
