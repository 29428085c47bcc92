import { TidemarkError } from '../../errors';
import {
  completeColumns,
  hasSeenData,
  isSystemName,
  ROOT_ID,
  ROW_ID,
  type StoredSchema,
  type TableSchema,
  withInheritedHints,
} from '../../schema';
import { serviceTables } from './own-tables';
import type { RootIdFill, SchemaChange } from './plan';
import type { ActualTables, TypeRules } from './stored';

/** What makes the dataset and the tables that every load needs, where they aren't there yet. */
export function planServiceTables(actual: ActualTables, types: TypeRules): readonly SchemaChange[] {
  const changes: SchemaChange[] = actual.size === 0 ? [{ change: 'create-dataset' }] : [];
  for (const table of serviceTables()) changes.push(...changesOf(table, actual, types));
  return changes;
}

/** What brings the database to what the schema says: new tables, new columns, wider types. Nothing is removed or narrowed. */
export function planSchemaChanges(
  schema: StoredSchema,
  actual: ActualTables,
  types: TypeRules,
): readonly SchemaChange[] {
  const changes: SchemaChange[] = [];
  for (const table of Object.values(schema.tables))
    if (!isSystemName(table.name) && hasSeenData(table))
      changes.push(...changesOf(withInheritedHints(table, schema.tables), actual, types));
  return changes;
}

/** Where stored rows need the root's id: in tables that have just got the column, parents first. */
export function rootIdFills(schema: StoredSchema, changes: readonly SchemaChange[]): readonly RootIdFill[] {
  return changes
    .flatMap((one) =>
      one.change === 'add-column' && one.column.name === ROOT_ID ? (schema.tables[one.table] ?? []) : [],
    )
    .sort((a, b) => depth(schema, a) - depth(schema, b))
    .flatMap((table) => {
      const parent = schema.tables[table.parent ?? ''];
      if (parent === undefined) return [];
      const source = parent.parent === undefined ? ROW_ID : ROOT_ID;
      return [{ table: table.name, parent: parent.name, source }];
    });
}

function depth(schema: StoredSchema, table: TableSchema): number {
  return table.parent === undefined ? 0 : 1 + depth(schema, schema.tables[table.parent]!);
}

/**
 * A database that cuts off long names would find another table or column under them.
 * @throws TidemarkError IDENTIFIER_INVALID
 */
function refuseLong(name: string, what: string, { maxNameBytes }: TypeRules): void {
  const bytes = Buffer.byteLength(name);
  if (maxNameBytes === undefined || bytes <= maxNameBytes) return;
  throw new TidemarkError(
    'IDENTIFIER_INVALID',
    `"${name}" has ${bytes} bytes, too many for a ${what} in this destination, which takes ${maxNameBytes}; nothing was written. Rename the field or table in the source, or keep it as JSON by \`maxTableNesting\` or a column of \`dataType: 'json'\`.`,
    { details: { name, maxNameBytes } },
  );
}

function changesOf(table: TableSchema, actual: ActualTables, types: TypeRules): SchemaChange[] {
  const columns = completeColumns(table);
  if (columns.length === 0) return [];
  refuseLong(table.name, 'table', types);
  const stored = actual.get(table.name);
  for (const { name } of columns) refuseLong(name, `column of table "${table.name}"`, types);
  if (stored === undefined) return [{ change: 'create-table', table: table.name, columns, hints: table }];
  const known = new Map(stored.map((column) => [column.name, column]));
  return columns.flatMap((column): SchemaChange[] => {
    const there = known.get(column.name);
    if (there === undefined) return [{ change: 'add-column', table: table.name, column }];
    const type = types.widenedType(there.type, column);
    return type === undefined
      ? []
      : [{ change: 'widen-column', table: table.name, column: column.name, type }];
  });
}
