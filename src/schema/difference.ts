import { ownField } from '../value';
import { completeColumns, hasSeenData } from './lookup';
import { isSystemName } from './system-tables';
import type { ColumnSchema, DataType, StoredSchema, TableSchema } from './types';

/** A column whose type became a wider one. */
interface Widening {
  readonly table: string;
  readonly column: string;
  readonly from: DataType;
  readonly to: DataType;
}

/** What a database that holds `before` needs to hold `after`. Nothing is ever taken away; a table comes with its first rows. */
interface SchemaDifference {
  readonly newTables: readonly TableSchema[];
  readonly newColumns: readonly { readonly table: string; readonly column: ColumnSchema }[];
  readonly widened: readonly Widening[];
}

export function schemaDifference(before: StoredSchema | undefined, after: StoredSchema): SchemaDifference {
  const newTables: TableSchema[] = [];
  const newColumns: { table: string; column: ColumnSchema }[] = [];
  const widened: Widening[] = [];
  for (const table of Object.values(after.tables)) {
    if (!isSystemName(table.name) && !hasSeenData(table)) continue;
    const columns = completeColumns(table);
    const known = ownField(before?.tables, table.name);
    if (known === undefined || completeColumns(known).length === 0) {
      if (columns.length > 0) newTables.push(table);
      continue;
    }
    for (const column of columns) {
      const from = ownField(known.columns, column.name)?.data_type;
      const to = column.data_type;
      if (from === undefined) newColumns.push({ table: table.name, column });
      else if (to !== undefined && from !== to)
        widened.push({ table: table.name, column: column.name, from, to });
    }
  }
  return { newTables, newColumns, widened };
}
