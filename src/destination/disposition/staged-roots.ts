import type { ColumnChunk, TableChunk } from '../../normalize';
import { pickRows } from '../../normalize';
import { LOAD_ID } from '../../schema';
import { type CommitContext, stagedRows, type TableTree } from '../commit-context';
import { countRows } from '../counts';

/** The number of a staged root row, counted from 0 in source order. */
export const STAGED_ROW = '_dlt_staged_row';

/** What decides about the staged roots of a tree, in a temporary table: their numbers, keys and cursors. */
export interface StagedRoots {
  readonly tree: TableTree;
  /** Its SQL name. */
  readonly root: string;
}

/** Which staged roots are to be written: one byte each, undefined for all of them. */
export type KeptRoots = Uint8Array | undefined;

/** Runs of neighbours that are read at once. */
const RUNS_A_READ = 50_000;

/** Stages some columns of the roots: rows are written to their tables once, when it is known which. */
export async function stageRoots(
  context: CommitContext,
  tree: TableTree,
  columns: readonly (string | undefined)[],
): Promise<StagedRoots> {
  const { session } = context;
  const { quote, table } = session.dialect;
  const known = (name: string | undefined): name is string =>
    name !== undefined && tree.root.columns[name]?.data_type !== undefined;
  const names = [...new Set(columns)].filter(known);
  const name = context.temporaryName('roots');
  const root = await session.stage(
    name,
    `SELECT CAST(0 AS BIGINT) AS ${quote(STAGED_ROW)}${names.map((column) => `, ${quote(column)}`).join('')} FROM ${table(tree.root.name)} LIMIT 0`,
  );
  const target = { table: name, temporary: true, constants: {} };
  await session.append(target, numbered(context.chunks(tree.root.name), new Set(names)));
  return { tree, root };
}

async function* numbered(
  chunks: AsyncIterable<TableChunk>,
  columns: ReadonlySet<string>,
): AsyncGenerator<TableChunk, void, void> {
  let first = 0;
  for await (const { table, rows, columns: all } of chunks) {
    yield { table, rows, columns: [numbers(first, rows), ...all.filter(({ name }) => columns.has(name))] };
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

/** @param keep SQL name of a table with the numbers of the roots to write, each once */
export async function keptRoots(
  context: CommitContext,
  { tree }: StagedRoots,
  keep: string,
): Promise<{ readonly kept: KeptRoots; readonly count: number }> {
  const { session } = context;
  const number = session.dialect.quote(STAGED_ROW);
  const rows = stagedRows(context, tree.root.name);
  const [counted] = await session.rows(`SELECT count(*) AS n FROM ${keep}`);
  const count = Number(counted?.n);
  if (count === rows) return { kept: undefined, count };
  const kept = new Uint8Array(rows);
  const runs = await session.stage(
    context.temporaryName('runs'),
    `SELECT min(${number}) AS first, count(*) AS length FROM (SELECT ${number}, ${number} - row_number() OVER (ORDER BY ${number}) AS run FROM ${keep}) GROUP BY run`,
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

/** Writes the kept roots of a tree, with the staged rows below them; rows of children are counted, those of the root not. */
export async function appendKept(context: CommitContext, tree: TableTree, kept: KeptRoots): Promise<void> {
  for (const table of tree.tables) {
    if (stagedRows(context, table.name) === 0) continue;
    const target = { table: table.name, temporary: false, constants: { [LOAD_ID]: context.loadId } };
    const chunks = context.chunks(table.name);
    const inserted = await context.session.append(target, kept === undefined ? chunks : only(kept, chunks));
    if (table !== tree.root) countRows(context.tally, table.name, { inserted });
  }
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
