import {
  completeColumns,
  hasSeenData,
  isSystemName,
  PARENT_ID,
  ROOT_ID,
  ROW_ID,
  type StoredSchema,
  type TableSchema,
} from '../schema';
import { serviceTables } from './own-tables';
import type { ActualTables, SqlSession } from './sql';

/** Makes the dataset and the tables that every load needs, where they aren't there yet. */
export async function createServiceTables(session: SqlSession, actual: ActualTables): Promise<void> {
  if (actual.size === 0) await session.createDataset();
  for (const table of serviceTables()) await createOrExtend(session, table, actual);
}

/**
 * Brings the database to what the schema says: new tables, new columns, wider types. Nothing is removed or narrowed.
 * All of it comes before any row is touched: a table that was changed can't be altered in the same transaction.
 * @returns the tables that have just got `_dlt_root_id`, parents first; their stored rows lack it yet
 */
export async function applySchema(
  session: SqlSession,
  schema: StoredSchema,
  actual: ActualTables,
): Promise<readonly TableSchema[]> {
  const rootless: TableSchema[] = [];
  for (const table of Object.values(schema.tables)) {
    if (isSystemName(table.name) || !hasSeenData(table)) continue;
    const added = await createOrExtend(session, table, actual);
    if (added.includes(ROOT_ID)) rootless.push(table);
  }
  return rootless;
}

/** Writes the root's id into rows that were stored before their table had the column. */
export async function fillRootIds(
  session: SqlSession,
  schema: StoredSchema,
  tables: readonly TableSchema[],
): Promise<void> {
  const { dialect } = session;
  for (const table of [...tables].sort((a, b) => depth(schema, a) - depth(schema, b))) {
    const parent = schema.tables[table.parent ?? ''];
    if (parent === undefined) continue;
    const source = parent.parent === undefined ? ROW_ID : ROOT_ID;
    await session.run(
      `UPDATE ${dialect.table(table.name)} AS child SET ${dialect.quote(ROOT_ID)} = parent.${dialect.quote(source)}` +
        ` FROM ${dialect.table(parent.name)} AS parent` +
        ` WHERE child.${dialect.quote(PARENT_ID)} = parent.${dialect.quote(ROW_ID)} AND child.${dialect.quote(ROOT_ID)} IS NULL`,
    );
  }
}

function depth(schema: StoredSchema, table: TableSchema): number {
  return table.parent === undefined ? 0 : 1 + depth(schema, schema.tables[table.parent]!);
}

/** @returns the columns that were added to a table that was there */
async function createOrExtend(
  session: SqlSession,
  table: TableSchema,
  actual: ActualTables,
): Promise<string[]> {
  const { dialect } = session;
  const columns = completeColumns(table);
  if (columns.length === 0) return [];
  const name = dialect.table(table.name);
  const stored = actual.get(table.name);
  if (stored === undefined) {
    const definitions = columns.map((column) => {
      const type = dialect.columnType(column);
      return `${dialect.quote(column.name)} ${type}${column.nullable === false ? ' NOT NULL' : ''}${dialect.columnStorage(column)}`;
    });
    await session.run(`CREATE TABLE ${name} (${definitions.join(', ')})`);
    return [];
  }
  const added: string[] = [];
  const known = new Map(stored.map((column) => [column.name, column]));
  for (const column of columns) {
    const there = known.get(column.name);
    const quoted = dialect.quote(column.name);
    if (there === undefined) {
      // Not even a required column can be NOT NULL here: rows are stored that lack it.
      await session.run(`ALTER TABLE ${name} ADD COLUMN ${quoted} ${dialect.columnType(column)}`);
      added.push(column.name);
      continue;
    }
    const wider = dialect.widenedType(there.type, column);
    if (wider !== undefined) await session.run(`ALTER TABLE ${name} ALTER COLUMN ${quoted} TYPE ${wider}`);
  }
  return added;
}
