import type { Dataset } from '../destination';
import { LOAD_ID, PARENT_ID, ROW_ID, type StoredSchema } from '../schema';
import { ownField } from '../value';
import { isOneOf } from './schema-versions';

/** Names of the tables that are really there, with those of their columns. */
export type ActualTables = Awaited<ReturnType<Dataset['tables']>>;

/** How the rows of a table are found that came with a load. */
export interface LoadedRows {
  /** What follows FROM; the table itself is `t0`. */
  readonly from: string;
  /** The column that has the load id: the root's. */
  readonly loadId: string;
}

/**
 * A table joined with those above it, up to the root, whose rows alone say of which load they are. Undefined where the dataset
 * lacks one of these tables or the columns that link them.
 */
export function loadedRows(
  dataset: Pick<Dataset, 'quote' | 'qualify'>,
  of: { readonly schema: StoredSchema; readonly table: string; readonly actual: ActualTables },
): LoadedRows | undefined {
  const { schema, actual } = of;
  const has = (table: string, column: string): boolean => actual.get(table)?.includes(column) === true;
  const column = (level: number, name: string): string => `t${level}.${dataset.quote(name)}`;
  let table = ownField(schema.tables, of.table);
  let from = `${dataset.qualify(of.table)} AS t0`;
  let level = 0;
  while (table?.parent !== undefined) {
    const { name, parent } = table;
    if (!has(name, PARENT_ID) || !has(parent, ROW_ID)) return undefined;
    from += ` JOIN ${dataset.qualify(parent)} AS t${level + 1} ON ${column(level + 1, ROW_ID)} = ${column(level, PARENT_ID)}`;
    table = ownField(schema.tables, parent);
    level += 1;
  }
  if (table === undefined || !has(table.name, LOAD_ID)) return undefined;
  return { from, loadId: column(level, LOAD_ID) };
}

/** A table of which rows are counted, for each of some loads. */
export interface CountedTable {
  readonly schema: StoredSchema;
  readonly table: string;
  /** One at least. */
  readonly loadIds: readonly string[];
}

/** Tables that one statement counts. */
const TABLES_AT_ONCE = 100;

/**
 * Counts the rows that loads have in tables now. Each table is read once, its columns that link rows only; where the database has no
 * better way, that is all of its rows.
 * @returns by load id, the tables in the order in which they were given; a table without a row of a load isn't among its
 */
export async function countLoadedRows(
  dataset: Pick<Dataset, 'quote' | 'qualify' | 'query'>,
  tables: readonly CountedTable[],
  actual: ActualTables,
): Promise<ReadonlyMap<string, ReadonlyMap<string, number>>> {
  const there = tables.flatMap(({ schema, table, loadIds }) => {
    const rows = loadedRows(dataset, { schema, table, actual });
    return rows === undefined ? [] : [{ table, loadIds, ...rows }];
  });
  const found = new Map<string, Map<string, number>>();
  for (let first = 0; first < there.length; first += TABLES_AT_ONCE) {
    const some = there.slice(first, first + TABLES_AT_ONCE);
    const counts = some.map(
      ({ from, loadId, loadIds }, at) =>
        `SELECT ${at} AS table_no, ${loadId} AS load_id, count(*) AS n FROM ${from} WHERE ${isOneOf(loadId, loadIds)} GROUP BY ${loadId}`,
    );
    const { rows } = await dataset.query(
      `SELECT table_no, load_id, n FROM (${counts.join(' UNION ALL ')}) AS counts ORDER BY table_no`,
      some.flatMap(({ loadIds }) => loadIds),
    );
    for (const row of rows) {
      const loadId = String(row['load_id']);
      const ofLoad = found.get(loadId) ?? new Map<string, number>();
      found.set(loadId, ofLoad.set(some[Number(row['table_no'])]!.table, Number(row['n'])));
    }
  }
  return found;
}
