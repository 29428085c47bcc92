import { ownField } from '../value';
import { isSystemName } from './system-tables';
import type { ColumnSchema, StoredSchema, TableSchema } from './types';

/** The table without a parent that `table` descends from; the table itself if it has none. */
export function rootTableOf(schema: StoredSchema, table: string): TableSchema | undefined {
  let current = ownField(schema.tables, table);
  while (current?.parent !== undefined) current = ownField(schema.tables, current.parent);
  return current;
}

/** All tables below `root`, parents before their children. */
export function descendantsOf(schema: StoredSchema, root: string): TableSchema[] {
  const children = Object.values(schema.tables).filter((table) => table.parent === root);
  return children.flatMap((child) => [child, ...descendantsOf(schema, child.name)]);
}

/** The root tables that a resource wrote, in the order in which they were created. */
export function tablesOfResource(schema: StoredSchema, resource: string): TableSchema[] {
  return Object.values(schema.tables).filter(
    (table) => table.parent === undefined && table.resource === resource && !isSystemName(table.name),
  );
}

/** Names of the columns that carry a hint, in the table's order; columns without a type yet are among them. */
export function columnsWith(table: TableSchema, hint: keyof ColumnSchema): string[] {
  return Object.values(table.columns)
    .filter((column) => column[hint] !== undefined && column[hint] !== false && column[hint] !== null)
    .map((column) => column.name);
}

/** Columns that exist in a database: those with a type. A hint without data has none yet. */
export function completeColumns(table: TableSchema): ColumnSchema[] {
  return Object.values(table.columns).filter((column) => column.data_type !== undefined);
}

/** The column of that name, if it exists in a database. */
export function completeColumn(table: TableSchema, name: string): ColumnSchema | undefined {
  const column = ownField(table.columns, name);
  return column?.data_type === undefined ? undefined : column;
}

/** Whether rows ever came for the table; dlt creates and merges only such tables. */
export function hasSeenData(table: TableSchema): boolean {
  return table['x-normalizer']?.['seen-data'] === true;
}
