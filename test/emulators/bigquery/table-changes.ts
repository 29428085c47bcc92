import type { DuckDBConnection } from '@duckdb/node-api';
import { ApiError } from './api-error';
import { type StoredTable, shownTable } from './catalog';
import { type Database, runSql } from './database';
import type { Table } from './rest-types';
import { type Column, columnTypeText, duckColumnType, quoted } from './sql/types';

/** DuckDB's definition of a column. */
export const duckColumn = (column: Column): string =>
  `${quoted(column.name)} ${duckColumnType(column)}${column.required ? ' NOT NULL' : ''}`;

interface NewTable {
  readonly dataset: string;
  readonly name: string;
  readonly columns: readonly Column[];
  /** What the API says of it besides columns. */
  readonly resource: Table;
}

/**
 * Makes a table.
 * @param fill puts its first rows into it, of which it tells the count
 * @throws ApiError duplicate where there is one
 */
export async function createTable(
  database: Database,
  { dataset, name, columns, resource }: NewTable,
  fill?: ((connection: DuckDBConnection, duckName: string) => Promise<number>) | undefined,
): Promise<StoredTable> {
  const { catalog } = database;
  if (columns.length === 0) throw new ApiError('invalid', 'The fake has no tables without columns');
  checkTableName(name);
  return database.change(async (connection) => {
    if (catalog.findTable(dataset, name) !== undefined)
      throw new ApiError(
        'duplicate',
        `Already Exists: Table ${shownTable(catalog.projectId, { dataset, name })}`,
      );
    // what has expired makes room
    const expired = catalog.dataset(dataset).tables.get(name);
    if (expired !== undefined) await connection.run(`DROP TABLE IF EXISTS main.${quoted(expired.duckName)}`);
    const duckName = catalog.nextName();
    await runSql(connection, `CREATE TABLE main.${quoted(duckName)} (${columns.map(duckColumn).join(', ')})`);
    const now = String(Date.now());
    const table: StoredTable = {
      dataset,
      name,
      duckName,
      columns,
      rows: 0,
      resource: { ...resource, creationTime: now, lastModifiedTime: now },
    };
    try {
      if (fill !== undefined) table.rows = await fill(connection, duckName);
    } catch (error) {
      await connection.run(`DROP TABLE main.${quoted(duckName)}`);
      throw error;
    }
    // nobody sees it before it has its rows
    catalog.addTable(table);
    return table;
  }, true);
}

function checkTableName(name: string): void {
  if (name === '' || Buffer.byteLength(name) > 1024 || !/^[\p{L}\p{M}\p{N}\p{Pc}\p{Pd}\p{Zs}]+$/u.test(name))
    throw new ApiError('invalid', `Invalid table ID "${name}".`);
}

export async function dropTable(database: Database, table: StoredTable): Promise<void> {
  await database.change(async (connection) => {
    database.catalog.removeTable(table);
    await runSql(connection, `DROP TABLE main.${quoted(table.duckName)}`);
  }, true);
}

/**
 * Adds columns at the end.
 * @param given gives those that lack once it is this change's turn
 * @throws ApiError for one that is required, or there already
 */
export async function addColumns(
  database: Database,
  table: StoredTable,
  given: () => readonly Column[],
): Promise<void> {
  await database.change(async (connection) => {
    const columns = given();
    if (columns.length === 0) return;
    for (const column of columns) {
      if (column.required)
        throw new ApiError(
          'invalid',
          `Provided Schema does not match Table ${shownTable(database.catalog.projectId, table)}. Cannot add required fields to an existing schema. (field: ${column.name})`,
        );
      await runSql(connection, `ALTER TABLE main.${quoted(table.duckName)} ADD COLUMN ${duckColumn(column)}`);
    }
    touch(table, [...table.columns, ...columns]);
  });
}

export async function dropColumn(database: Database, table: StoredTable, column: Column): Promise<void> {
  await database.change(async (connection) => {
    await runSql(connection, `ALTER TABLE main.${quoted(table.duckName)} DROP COLUMN ${quoted(column.name)}`);
    touch(
      table,
      table.columns.filter((each) => each !== column),
    );
  });
}

export async function dropRequired(database: Database, table: StoredTable, column: Column): Promise<void> {
  await database.change(async (connection) => {
    await runSql(
      connection,
      `ALTER TABLE main.${quoted(table.duckName)} ALTER COLUMN ${quoted(column.name)} DROP NOT NULL`,
    );
    touch(
      table,
      table.columns.map((each) => (each === column ? { ...column, required: false } : each)),
    );
  });
}

/** @param using DuckDB's SQL of the value in its new type */
export async function setColumnType(
  database: Database,
  table: StoredTable,
  { from, to, using }: { readonly from: Column; readonly to: Column; readonly using: string },
): Promise<void> {
  if (!widens(from, to))
    throw new ApiError(
      'invalidQuery',
      `ALTER TABLE ALTER COLUMN SET DATA TYPE requires that the existing column type (${columnTypeText(from)}) is assignable to the new type (${columnTypeText(to)})`,
    );
  const type = duckColumnType(to);
  await database.change(async (connection) => {
    await runSql(
      connection,
      `ALTER TABLE main.${quoted(table.duckName)} ALTER COLUMN ${quoted(from.name)} SET DATA TYPE ${type} USING ${using}`,
    );
    touch(
      table,
      table.columns.map((each) => (each === from ? to : each)),
    );
  });
}

const WIDER: Readonly<Record<string, readonly string[]>> = {
  INT64: ['NUMERIC', 'BIGNUMERIC', 'FLOAT64'],
  NUMERIC: ['BIGNUMERIC', 'FLOAT64'],
};

/** Whether a type has every value of another one. */
export function widens(from: Column, to: Column): boolean {
  const a = from.type.name;
  const b = to.type.name;
  if (a !== b) {
    const whole = a === 'INT64' && to.precision !== undefined ? to.precision - (to.scale ?? 0) >= 19 : true;
    const digits = a === 'NUMERIC' && to.precision !== undefined ? fits(from, to) : true;
    return (WIDER[a] ?? []).includes(b) && whole && digits;
  }
  if (from.type.fields !== undefined) return false;
  if (to.maxLength !== undefined) return from.maxLength !== undefined && from.maxLength <= to.maxLength;
  return to.precision === undefined || (from.precision !== undefined && fits(from, to));
}

function fits(from: Column, to: Column): boolean {
  const digits = ({ precision = 38, scale }: Column): readonly [number, number] => {
    const fraction = scale ?? (precision === 38 ? 9 : 0);
    return [precision - fraction, fraction];
  };
  const [a, b] = [digits(from), digits(to)];
  return a[0] <= b[0] && a[1] <= b[1];
}

function touch(table: StoredTable, columns: readonly Column[]): void {
  table.columns = columns;
  table.resource = { ...table.resource, lastModifiedTime: String(Date.now()) };
}

/** Changes what the API says of a table besides columns. */
export async function setResource(database: Database, table: StoredTable, resource: Table): Promise<void> {
  await database.change(async () => {
    table.resource = { ...resource, lastModifiedTime: String(Date.now()) };
  });
}
