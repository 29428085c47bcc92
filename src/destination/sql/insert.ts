import { pickRows, type StagedTables, type TableChunk } from '../../normalize';
import { type CountedRows, type RowWrites, stagedRows, type TableTree, type TreePlan } from '../commit';
import { countRows } from './count-rows';
import { sameKey } from './keys';
import type { Removed } from './remove';
import { constantsOf, STAGED_ROW, type Staged, type StagedTree } from './stage';
import type { SqlSession } from './transaction';
import { insertVersions } from './versions';

/** Runs of neighbours that are read at once. */
const RUNS_A_READ = 50_000;

/** Which staged roots are to be written: one byte each, undefined for all of them. */
type KeptRoots = Uint8Array | undefined;

interface Inserting {
  readonly loadId: string;
  readonly writes: RowWrites;
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
  { loadId, writes, staged, removed }: Inserting,
): Promise<readonly CountedRows[]> {
  const { tree, insertion } = plan;
  if (insertion === undefined) return [];
  const rows: AppendedRows = { loadId, staged: writes.staged };
  const stagedTree = staged.get(plan);
  const decision = removed.decisions.get(plan);
  if (stagedTree === undefined) return appendTree(session, tree, rows);
  if (insertion.how === 'versions')
    return insertVersions(session, tree, { staged: stagedTree, keep: decision!.keep });
  if (insertion.how === 'append')
    return appendNew(session, tree, { rows, staged: stagedTree, key: insertion.unlessStored! });
  const { kept, count } = await keptRoots(session, decision!.keep, stagedRows(writes.staged, tree.root.name));
  const { updated } = decision!;
  return [
    ...belowRoot(tree, await appendTree(session, tree, { ...rows, kept })),
    { table: tree.root.name, inserted: count - updated, updated },
  ];
}

/** Appends the roots whose key isn't stored, with what is below them. */
async function appendNew(
  session: SqlSession,
  tree: TableTree,
  {
    rows,
    staged,
    key,
  }: { readonly rows: AppendedRows; readonly staged: StagedTree; readonly key: readonly string[] },
): Promise<readonly CountedRows[]> {
  const { dialect } = session;
  const { name } = tree.root;
  const keep = await session.stage(
    'keep',
    `SELECT s.${STAGED_ROW} FROM ${staged.root} s` +
      ` WHERE NOT EXISTS (SELECT 1 FROM ${dialect.table(name)} t WHERE ${sameKey(dialect, key, 't', 's')})`,
  );
  const all = stagedRows(rows.staged, name);
  const { kept, count } = await keptRoots(session, dialect.quote(keep), all);
  return [
    ...belowRoot(tree, await appendTree(session, tree, { ...rows, kept })),
    { table: name, inserted: count, skipped: all - count },
  ];
}

/** What is kept of the root was counted before. */
const belowRoot = ({ root }: TableTree, counts: readonly CountedRows[]): readonly CountedRows[] =>
  counts.filter(({ table }) => table !== root.name);

/** @param keep SQL name of a table with the numbers of the roots to write, each once */
async function keptRoots(
  session: SqlSession,
  keep: string,
  rows: number,
): Promise<{ readonly kept: KeptRoots; readonly count: number }> {
  const number = session.dialect.quote(STAGED_ROW);
  const count = await countRows(session, keep);
  if (count === rows) return { kept: undefined, count };
  const kept = new Uint8Array(rows);
  const runs = session.dialect.quote(
    await session.stage(
      'runs',
      `SELECT min(${number}) AS first, count(*) AS length FROM (SELECT ${number}, ${number} - row_number() OVER (ORDER BY ${number}) AS run FROM ${keep}) AS numbered GROUP BY run`,
    ),
  );
  for (let after = -1; ; ) {
    const read = await session.rows(
      `SELECT first, length FROM ${runs} WHERE first > ${after} ORDER BY first LIMIT ${RUNS_A_READ}`,
    );
    for (const { first, length } of read) {
      after = Number(first);
      kept.fill(1, after, after + Number(length));
    }
    if (read.length < RUNS_A_READ) return { kept, count };
  }
}

interface AppendedRows {
  readonly loadId: string;
  readonly staged: StagedTables;
  /** @default all */
  readonly kept?: KeptRoots;
}

/** The staged rows of a tree, those of the kept roots alone. */
async function appendTree(
  session: SqlSession,
  tree: TableTree,
  { loadId, staged, kept }: AppendedRows,
): Promise<readonly CountedRows[]> {
  const counts: CountedRows[] = [];
  for (const table of tree.tables) {
    const { name } = table;
    if (stagedRows(staged, name) === 0) continue;
    const target = { table: name, temporary: false, constants: constantsOf(table, loadId) };
    const chunks = staged.chunks(name);
    const inserted = await session.bulkAppend(target, kept === undefined ? chunks : only(kept, chunks));
    counts.push({ table: name, inserted });
  }
  return counts;
}

async function* only(
  kept: Uint8Array,
  chunks: AsyncIterable<TableChunk>,
): AsyncGenerator<TableChunk, void, void> {
  let first = 0;
  for await (const chunk of chunks) {
    const rows: number[] = [];
    for (let row = 0; row < chunk.rows; row++)
      if (kept[chunk.roots?.[row] ?? first + row] === 1) rows.push(row);
    first += chunk.rows;
    if (rows.length > 0) yield pickRows(chunk, rows);
  }
}
