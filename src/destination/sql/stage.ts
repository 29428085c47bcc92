import type { ColumnChunk, StagedTables, TableChunk } from '../../normalize';
import { completeColumn, LOAD_ID, type TableSchema } from '../../schema';
import { type Insertion, type RowWrites, stagedRows, type TableTree, type TreePlan } from '../commit';
import type { AppendTarget } from './driver';
import type { SqlSession } from './transaction';

/** The number of a staged row in its table, counted from 0 in source order. */
export const STAGED_ROW = '_dlt_staged_row';

/** Staged rows of a tree in temporary tables, for what has to look at all of them before it knows what to write. */
export interface StagedTree {
  /** Their SQL names by table: of a merge only that of the root, which has numbers, keys and cursors. */
  readonly names: ReadonlyMap<string, string>;
  /** SQL name of the root's. */
  readonly root: string;
}

/** What was staged of which plan; what is appended as it is needs no staging. */
export type Staged = ReadonlyMap<TreePlan, StagedTree>;

/** What every row of a table gets that the load brings: rows below a root have no load of their own. */
export function constantsOf({ columns }: TableSchema, loadId: string): AppendTarget['constants'] {
  return columns[LOAD_ID] === undefined ? {} : { [LOAD_ID]: loadId };
}

/** Stages what decides which rows are written. Looks at no stored row, so that it could be done before the lock is taken. */
export async function stageTrees(session: SqlSession, writes: RowWrites, loadId: string): Promise<Staged> {
  const staged = new Map<TreePlan, StagedTree>();
  for (const plan of writes.trees) {
    const { tree, insertion } = plan;
    if (insertion === undefined) continue;
    const columns = decidingColumns(insertion);
    if (insertion.how === 'versions') staged.set(plan, await stageWhole(session, tree, { writes, loadId }));
    else if (columns !== undefined)
      staged.set(plan, await stageRoots(session, tree, { columns, staged: writes.staged }));
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
  { writes, loadId }: { readonly writes: RowWrites; readonly loadId: string },
): Promise<StagedTree> {
  const { quote, table: qualified } = session.dialect;
  const names = new Map<string, string>();
  for (const table of tree.tables) {
    if (table !== tree.root && stagedRows(writes.staged, table.name) === 0) continue;
    const name = await session.stage(
      'staged',
      `SELECT ${numberColumn(quote)}, t.* FROM ${qualified(table.name)} t LIMIT 0`,
    );
    names.set(table.name, quote(name));
    const target = { table: name, temporary: true, constants: constantsOf(table, loadId) };
    await session.bulkAppend(target, numbered(writes.staged.chunks(table.name)));
  }
  return { names, root: names.get(tree.root.name)! };
}

const numberColumn = (quote: (name: string) => string): string => `CAST(0 AS BIGINT) AS ${quote(STAGED_ROW)}`;

/** Some columns of the roots, with their numbers: rows are written to their tables once, when it is known which. */
async function stageRoots(
  session: SqlSession,
  { root }: TableTree,
  { columns, staged }: { readonly columns: readonly string[]; readonly staged: StagedTables },
): Promise<StagedTree> {
  const { quote, table } = session.dialect;
  const names = [...new Set(columns)].filter((name) => completeColumn(root, name) !== undefined);
  const name = await session.stage(
    'roots',
    `SELECT ${numberColumn(quote)}${names.map((column) => `, ${quote(column)}`).join('')} FROM ${table(root.name)} LIMIT 0`,
  );
  const target = { table: name, temporary: true, constants: {} };
  await session.bulkAppend(target, numbered(staged.chunks(root.name), new Set(names)));
  return { names: new Map([[root.name, quote(name)]]), root: quote(name) };
}

async function* numbered(
  chunks: AsyncIterable<TableChunk>,
  columns?: ReadonlySet<string>,
): AsyncGenerator<TableChunk, void, void> {
  let first = 0;
  for await (const { table, rows, columns: all } of chunks) {
    const kept = columns === undefined ? all : all.filter(({ name }) => columns.has(name));
    yield { table, rows, columns: [numbers(first, rows), ...kept] };
    first += rows;
  }
}

function numbers(first: number, rows: number): ColumnChunk {
  const words = new Uint32Array(rows * 2);
  for (let row = 0; row < rows; row++) words[row * 2] = first + row;
  return {
    name: STAGED_ROW,
    type: 'bigint',
    validity: undefined,
    data: new Uint8Array(words.buffer),
    longRows: [],
    longValues: [],
  };
}
