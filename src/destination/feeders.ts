import { isSystemName, type StoredSchema, type TableSchema } from '../schema';

/** Table hint: all resources that feed a table, where it is more than one. dlt keeps hints that begin with `x-`. */
const FEEDERS = 'x-tidemark-resources';

/** The resources that feed a root table. */
export function feedersOf(table: TableSchema): readonly string[] {
  const listed = table[FEEDERS];
  const names = Array.isArray(listed) ? listed.map(String) : [];
  return [...new Set([...(table.resource === undefined ? [] : [table.resource]), ...names])];
}

/** All root tables that a resource ever wrote, by the schema. */
export function rootTablesOf(schema: StoredSchema, resource: string): TableSchema[] {
  return Object.values(schema.tables).filter(
    (table) => table.parent === undefined && !isSystemName(table.name) && feedersOf(table).includes(resource),
  );
}

/** The table with `resources` among its feeders; the stored form of it, if any, says who fed it before. */
export function withFeeders(
  table: TableSchema,
  stored: TableSchema | undefined,
  resources: readonly string[],
): TableSchema {
  const before = stored === undefined ? [] : feedersOf(stored);
  const feeders = [...new Set([...before, ...feedersOf(table), ...resources])];
  return feeders.length < 2 ? table : { ...table, [FEEDERS]: feeders };
}
