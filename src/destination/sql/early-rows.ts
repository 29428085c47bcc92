import type { StagedTables, TableChunk } from '../../normalize';
import { completeColumns, LOAD_ID, type TableSchema } from '../../schema';
import type { Count } from '../commit';
import type { LoadPackage } from '../types';
import type { EarlyStaging } from './driver';
import { constantsOf, numberColumn, numbered, type RowSource, STAGED_ROOT, STAGED_ROW } from './row-source';
import type { BroughtTable, Scripting } from './scripting';
import type { SqlSession } from './transaction';

/** All rows of a load in temporary tables, as they came and with their numbers. */
export interface EarlyRows {
  /** What they were made of: a load that is put on another schema has other rows. */
  readonly staged: StagedTables;
  readonly tables: ReadonlyMap<string, EarlyTable>;
}

interface EarlyTable {
  /** Its SQL name. */
  readonly name: string;
  /** Of the staged rows; one without a value isn't among them. */
  readonly columns: ReadonlySet<string>;
  readonly isRoot: boolean;
}

/** Brings all rows of a load into temporary tables. Reads nothing of the dataset, so that it needs no lock. */
export async function stageEarly(
  session: SqlSession,
  { schema, staged }: Pick<LoadPackage, 'schema' | 'staged'>,
  staging: EarlyStaging,
): Promise<EarlyRows> {
  const tables = new Map<string, EarlyTable>();
  for (const { name, rows } of staged.tables)
    if (rows > 0) tables.set(name, await stageTable(session, schema.tables[name]!, { staged, staging }));
  return { staged, tables };
}

async function stageTable(
  session: SqlSession,
  table: TableSchema,
  { staged, staging }: { readonly staged: StagedTables; readonly staging: EarlyStaging },
): Promise<EarlyTable> {
  const { quote } = session.dialect;
  const isRoot = table.parent === undefined;
  const numbers = numbersOf(table);
  const types: readonly (readonly [string, string])[] = [
    ...numbers.map((name) => [name, staging.columnType('bigint')] as const),
    ...completeColumns(table)
      .filter(({ name }) => name !== LOAD_ID)
      .map(({ name, data_type }) => [name, staging.columnType(data_type!)] as const),
  ];
  const nulls = types.map(([name, type]) => `CAST(NULL AS ${type}) AS ${quote(name)}`);
  const name = await session.stage('early', `SELECT ${nulls.join(', ')} LIMIT 0`);
  const columns = new Set<string>();
  await session.bulkAppend(
    { table: name, temporary: true, constants: {} },
    withRoots(numbered(staged.chunks(table.name)), (chunk) => {
      for (const column of chunk.columns) columns.add(column.name);
    }),
  );
  for (const number of numbers) columns.delete(number);
  return { name: quote(name), columns, isRoot };
}

/** Brings all rows of a load for a script that is yet to be run. @param tables those that the load writes, one of a name at least */
export async function bringRows(
  scripting: Scripting,
  tables: readonly TableSchema[],
  staged: StagedTables,
): Promise<EarlyRows> {
  const known = new Map(tables.map((table) => [table.name, table]));
  const brought = await scripting.bring(staged, broughtTables(known, staged));
  return {
    staged,
    tables: new Map(
      [...brought].map(([name, { from, columns }]) => [
        name,
        { name: from, columns, isRoot: known.get(name)!.parent === undefined },
      ]),
    ),
  };
}

/** Rows of a load by their tables, with their numbers. */
export const broughtTables = (
  tables: ReadonlyMap<string, TableSchema>,
  staged: StagedTables,
): readonly BroughtTable[] =>
  staged.tables
    .filter(({ rows }) => rows > 0)
    .map(({ name }) => {
      const table = tables.get(name)!;
      return { table, numbers: numbersOf(table), chunks: withRoots(numbered(staged.chunks(name))) };
    });

/** Columns that number the rows of a table. */
const numbersOf = ({ parent }: TableSchema): readonly string[] =>
  parent === undefined ? [STAGED_ROW] : [STAGED_ROW, STAGED_ROOT];

/** Rows below a root with the number of its row. */
async function* withRoots(
  chunks: AsyncIterable<TableChunk>,
  onChunk: (chunk: TableChunk) => void = () => {},
): AsyncGenerator<TableChunk, void, void> {
  for await (const chunk of chunks) {
    const { roots } = chunk;
    onChunk(chunk);
    yield roots === undefined
      ? chunk
      : {
          ...chunk,
          columns: [numberColumn(STAGED_ROOT, chunk.rows, (row) => roots[row]!), ...chunk.columns],
        };
  }
}

/** The rows from where they were brought before: the database copies them. */
export function earlySource(session: SqlSession, early: EarlyRows, loadId: string): RowSource {
  const { quote, table: qualified, literal } = session.dialect;
  return sourceOf(undefined);

  function sourceOf(keep: string | undefined): RowSource {
    return {
      async fill(target, name, columns) {
        const from = early.tables.get(name);
        if (from === undefined) return;
        const kept =
          columns === undefined ? [...from.columns] : [...from.columns].filter((c) => columns.has(c));
        await copy(quote(target.table), from.name, { columns: [STAGED_ROW, ...kept], ...target });
      },
      async append(table) {
        const from = early.tables.get(table.name);
        if (from === undefined) return 0;
        const number = from.isRoot ? STAGED_ROW : STAGED_ROOT;
        const kept = `_dlt_s.${quote(number)} IN (SELECT ${quote(STAGED_ROW)} FROM ${keep})`;
        return copy(qualified(table.name), from.name, {
          columns: [...from.columns],
          constants: constantsOf(table, loadId),
          where: keep === undefined ? undefined : kept,
        });
      },
      keeping: async (kept) => sourceOf(kept),
    };
  }

  /** @returns how many rows were copied */
  function copy(to: string, from: string, { columns, constants, where }: Copied): Promise<Count> {
    const given = Object.entries(constants).filter(([, value]) => value !== null);
    const names = [...columns, ...given.map(([name]) => name)].map(quote);
    const values = [
      ...columns.map((name) => `_dlt_s.${quote(name)}`),
      ...given.map(([, value]) => literal(value!)),
    ];
    return session.run(
      `INSERT INTO ${to} (${names.join(', ')}) SELECT ${values.join(', ')} FROM ${from} _dlt_s${where === undefined ? '' : ` WHERE ${where}`}`,
    );
  }
}

interface Copied {
  readonly columns: readonly string[];
  readonly constants: Readonly<Record<string, string | null>>;
  readonly where?: string | undefined;
}
