import { type ColumnChunk, pickRows, type StagedTables, type TableChunk } from '../../normalize';
import { LOAD_ID, type TableSchema } from '../../schema';
import type { Count } from '../commit';
import type { AppendTarget } from './driver';
import type { SqlSession } from './transaction';

/** The number of a staged row in its table, counted from 0 in source order. */
export const STAGED_ROW = '_dlt_staged_row';
/** Below a root: the number of its row. */
export const STAGED_ROOT = '_dlt_staged_root';

/** Where the rows of a load are taken from: what the load brought, or temporary tables that have it already. */
export interface RowSource {
  /** Fills a temporary table with rows of a table and their numbers. @param columns @default all */
  fill(target: AppendTarget, table: string, columns?: ReadonlySet<string>): Promise<void>;
  /** Writes rows to the table that they belong to. @returns how many there were */
  append(table: TableSchema): Promise<Count>;
  /**
   * The same with the rows of some roots alone.
   * @param keep SQL name of a table with the numbers of those roots, each once
   * @param rows how many roots there are in all
   */
  keeping(keep: string, rows: number): Promise<RowSource>;
}

/** What every row of a table gets that the load brings: rows below a root have no load of their own. */
export function constantsOf({ columns }: TableSchema, loadId: string): AppendTarget['constants'] {
  return columns[LOAD_ID] === undefined ? {} : { [LOAD_ID]: loadId };
}

/** Runs of neighbours that are read at once. */
const RUNS_A_READ = 50_000;

/** The rows as the load brought them. */
export function chunkSource(session: SqlSession, staged: StagedTables, loadId: string): RowSource {
  return sourceOf(undefined);

  /** @param kept which roots are written, one byte each; undefined for all of them */
  function sourceOf(kept: Uint8Array | undefined): RowSource {
    return {
      async fill(target, table, columns) {
        await session.bulkAppend(target, numbered(staged.chunks(table), columns));
      },
      append(table) {
        const target = { table: table.name, temporary: false, constants: constantsOf(table, loadId) };
        const chunks = staged.chunks(table.name);
        return session.bulkAppend(target, kept === undefined ? chunks : only(kept, chunks));
      },
      keeping: async (keep, rows) => sourceOf(await marked(session, keep, rows)),
    };
  }
}

async function marked(session: SqlSession, keep: string, rows: number): Promise<Uint8Array> {
  const number = session.dialect.quote(STAGED_ROW);
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
    if (read.length < RUNS_A_READ) return kept;
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

/** Chunks whose rows have their number as the first column. @param columns what else is kept of them */
export async function* numbered(
  chunks: AsyncIterable<TableChunk>,
  columns?: ReadonlySet<string>,
): AsyncGenerator<TableChunk, void, void> {
  let first = 0;
  for await (const { columns: all, ...chunk } of chunks) {
    const kept = columns === undefined ? all : all.filter(({ name }) => columns.has(name));
    const start = first;
    yield { ...chunk, columns: [numberColumn(STAGED_ROW, chunk.rows, (row) => start + row), ...kept] };
    first += chunk.rows;
  }
}

/** A column of whole numbers below 2^32. */
export function numberColumn(name: string, rows: number, numberOf: (row: number) => number): ColumnChunk {
  const words = new Uint32Array(rows * 2);
  for (let row = 0; row < rows; row++) words[row * 2] = numberOf(row);
  return {
    name,
    type: 'bigint',
    validity: undefined,
    data: new Uint8Array(words.buffer),
    longRows: [],
    longValues: [],
  };
}
