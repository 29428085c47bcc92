import { TidemarkError } from '../errors';
import { isRecord, ownField } from '../value';
import type { ColumnSchema, DataType, StoredSchema, TableSchema } from './types';

/** A column to which two schemas give different types; the united schema has that of the newest one. */
export interface TypeConflict {
  readonly table: string;
  readonly column: string;
  readonly newest: DataType;
  readonly mine: DataType;
}

interface UnitedSchema {
  /** Everything of both, with the version and hash of the newest one: draw new ones when it is final. */
  readonly schema: StoredSchema;
  readonly conflicts: readonly TypeConflict[];
}

/**
 * Two schemas that grew from one as if mine had come second: tables and columns of both, the newest one's first; hints
 * as mine says, types as the newest one has them.
 * @throws TidemarkError SCHEMA_INVALID if a table is a list's in one and a resource's own in the other
 */
export function uniteSchemas(newest: StoredSchema, mine: StoredSchema): UnitedSchema {
  const schema = structuredClone(newest);
  const conflicts: TypeConflict[] = [];
  for (const table of Object.values(mine.tables)) {
    const known = ownField(schema.tables, table.name);
    if (known === undefined) schema.tables[table.name] = structuredClone(table);
    else uniteTable(known, table, conflicts);
  }
  schema.settings = unite(newest.settings, mine.settings);
  schema.normalizers = unite(newest.normalizers, mine.normalizers);
  return { schema, conflicts };
}

function uniteTable(known: TableSchema, mine: TableSchema, conflicts: TypeConflict[]): void {
  if ((known.parent === undefined) !== (mine.parent === undefined))
    throw new TidemarkError(
      'SCHEMA_INVALID',
      `Table "${mine.name}" became a list of "${known.parent ?? mine.parent}" in one load and a resource's own in another.` +
        ' Give the resource another tableName.',
    );
  const { columns, parent, 'x-normalizer': normalizer, ...hints } = mine;
  const seen = unite(known['x-normalizer'] ?? {}, normalizer ?? {});
  Object.assign(known, hints, Object.keys(seen).length > 0 ? { 'x-normalizer': seen } : {});
  for (const column of Object.values(columns)) uniteColumn(known, column, conflicts);
}

function uniteColumn(table: TableSchema, mine: ColumnSchema, conflicts: TypeConflict[]): void {
  const known = ownField(table.columns, mine.name);
  if (known?.data_type === undefined) {
    // A column has its place from the first value on.
    delete table.columns[mine.name];
    table.columns[mine.name] = { ...known, ...mine };
    return;
  }
  const { data_type: type, ...hints } = mine;
  Object.assign(known, hints);
  if (type === undefined || type === known.data_type) return;
  conflicts.push({ table: table.name, column: mine.name, newest: known.data_type, mine: type });
}

/** Objects field by field, anything else as mine has it. */
function unite(newest: Record<string, unknown>, mine: Record<string, unknown>): Record<string, unknown> {
  const united = structuredClone(newest);
  for (const [key, value] of Object.entries(mine)) {
    const other = ownField(united, key);
    united[key] = isRecord(value) && isRecord(other) ? unite(other, value) : structuredClone(value);
  }
  return united;
}
