import type { Dataset } from '../destination';
import { namesAndGuess, quoted, TidemarkError } from '../errors';
import type { Entry } from '../run';
import {
  type ColumnSchema,
  completeColumns,
  isSystemName,
  LIST_INDEX,
  PARENT_ID,
  ROW_ID,
  type StoredSchema,
  schemaNameOf,
  type TableSchema,
} from '../schema';
import { ownField } from '../value';
import type { Access } from './access';
import { loadedRows } from './load-tables';
import { cellText, MOST_READ, typeText } from './value-text';

/** A table, and the load whose rows of it are looked at. */
export interface LoadTable {
  readonly loadId: string;
  readonly table: string;
}

/** The first rows that a load has in a table. */
export interface RowsView {
  readonly table: string;
  readonly columns: readonly { readonly name: string; readonly type: string }[];
  /** Values as texts; null for null. */
  readonly rows: readonly (readonly (string | null)[])[];
  readonly more: boolean;
}

const MOST_ROWS = 100;

/**
 * The first 100 rows that a load has in a table, in an order that stays the same: by primary key, else by cursor, children by the row
 * above them. Values are cut at 2,000 characters.
 *
 * In BigQuery a look is billed as all columns of the table, and those that link it with the tables above: a limit saves nothing there, and
 * no table is partitioned by load. `maximumBytesBilled` of the destination bounds it. Postgres reads all rows of the table, DuckDB the
 * blocks that may hold the load.
 * @throws USAGE for what isn't a table of the pipeline's schema
 */
export function readLoadRows(options: {
  readonly entry: Entry;
  readonly of: LoadTable;
  readonly access: Access;
}): Promise<RowsView> {
  const { entry, of, access } = options;
  return access.withDataset(entry, async (dataset) => {
    const { schema, table } = await tableNamed(entry, of.table, dataset);
    const actual = await dataset.tables();
    const rows = loadedRows(dataset, { schema, table: table.name, actual });
    const there = new Set(actual.get(table.name));
    const columns = completeColumns(table).filter(({ name }) => rows !== undefined && there.has(name));
    const view = {
      table: table.name,
      columns: columns.map((one) => ({ name: one.name, type: typeText(one) })),
    };
    if (rows === undefined) return { ...view, rows: [], more: false };
    const column = (name: string): string => `t0.${dataset.quote(name)}`;
    const order = orderOf(columns).map(column).join(', ');
    const found = await dataset.query(
      `SELECT ${columns.map((one, at) => `${readingOf(one, column(one.name))} AS c${at}`).join(', ')} FROM ${rows.from}` +
        ` WHERE ${rows.loadId} = ?${order === '' ? '' : ` ORDER BY ${order}`} LIMIT ${MOST_ROWS + 1}`,
      [of.loadId],
    );
    return {
      ...view,
      rows: found.rows
        .slice(0, MOST_ROWS)
        .map((row) => columns.map(({ data_type }, at) => cellText(row[`c${at}`], data_type))),
      more: found.rows.length > MOST_ROWS,
    };
  });
}

/** @throws USAGE where no schema of the entry has it */
async function tableNamed(
  entry: Entry,
  name: string,
  dataset: Pick<Dataset, 'snapshot'>,
): Promise<{ readonly schema: StoredSchema; readonly table: TableSchema }> {
  const names: string[] = [];
  for (const source of entry.sources()) {
    const { schema } = await dataset.snapshot(schemaNameOf(source.name));
    if (schema === undefined) continue;
    const table = isSystemName(name) ? undefined : ownField(schema.tables, name);
    if (table !== undefined) return { schema, table };
    names.push(...Object.keys(schema.tables).filter((one) => !isSystemName(one)));
  }
  const known = names.length === 0 ? 'nothing was loaded yet.' : `it has ${namesAndGuess(name, names)}`;
  throw new TidemarkError('USAGE', `Pipeline "${entry.name}" has no table ${quoted(name)}; ${known}`, {
    details: { table: name, tables: names },
  });
}

/** A column as it is read: of a long text only the beginning. */
const readingOf = ({ data_type }: ColumnSchema, column: string): string =>
  data_type === 'text' ? `SUBSTR(${column}, 1, ${MOST_READ})` : column;

/** Types that not every database orders by. */
const UNORDERED: ReadonlySet<ColumnSchema['data_type']> = new Set(['json', 'binary']);

/** The columns that rows are ordered by; the id of a row comes last, which no other one has. */
function orderOf(columns: readonly ColumnSchema[]): string[] {
  const ordering = columns.filter(({ data_type }) => !UNORDERED.has(data_type));
  const named = (name: string): ColumnSchema[] => ordering.filter((column) => column.name === name);
  const keys = ordering.filter(({ primary_key }) => primary_key === true);
  const cursors = ordering.filter(({ incremental }) => incremental === true);
  const own = keys.length > 0 ? keys : cursors;
  const order = [...named(PARENT_ID), ...named(LIST_INDEX), ...own, ...named(ROW_ID)];
  return [...new Set(order.map(({ name }) => name))];
}
