import { hasSeenData, rootTableOf, type StoredSchema } from '../../schema';
import { ownField } from '../../value';
import type { LoadPackage } from '../types';
import { stagedRows } from './staged-rows';
import type { ActualTables } from './stored';

/**
 * The schema of a load without tables that were dropped while it ran: neither the newest schema nor the database has them, though
 * rows came for them once, and the load brings them none. So a drop of one resource is not undone by a load of another. Tables of
 * the load's own resources stay.
 */
export function withoutDropped(
  { schema, staged, resources }: Pick<LoadPackage, 'schema' | 'staged' | 'resources'>,
  newest: StoredSchema,
  actual: ActualTables,
): StoredSchema {
  const own = new Set(resources.flatMap(({ tables }) => tables));
  const gone = Object.values(schema.tables).filter(
    (table) =>
      ownField(newest.tables, table.name) === undefined &&
      !actual.has(table.name) &&
      hasSeenData(table) &&
      stagedRows(staged, table.name) === 0 &&
      !own.has(rootTableOf(schema, table.name)?.name ?? table.name),
  );
  if (gone.length === 0) return schema;
  const tables = { ...schema.tables };
  for (const { name } of gone) delete tables[name];
  return { ...schema, tables };
}
