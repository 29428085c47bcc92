import { isSystemName, type StoredSchema, type TableSchema } from '../../schema';
import type { ResourceLoad } from '../types';

/** Table hint: all resources that write a table, where it is more than one. dlt keeps hints that begin with `x-`. */
const RESOURCES = 'x-tidemark-resources';

/** The resources that ever wrote a root table. */
export function resourcesOf(table: TableSchema): readonly string[] {
  const listed = table[RESOURCES];
  const names = Array.isArray(listed) ? listed.map(String) : [];
  return [...new Set([...(table.resource === undefined ? [] : [table.resource]), ...names])];
}

/** All root tables that a resource ever wrote, by the schema, or writes in this load. */
export function rootTablesOf(
  schema: StoredSchema,
  { resource, tables }: Pick<ResourceLoad, 'resource' | 'tables'>,
): TableSchema[] {
  return Object.values(schema.tables).filter(
    (table) =>
      table.parent === undefined &&
      !isSystemName(table.name) &&
      (tables.includes(table.name) || resourcesOf(table).includes(resource)),
  );
}

/** The table with `resources` among those that write it; the stored form of it, if any, says who wrote it before. */
export function withResources(
  table: TableSchema,
  stored: TableSchema | undefined,
  resources: readonly string[],
): TableSchema {
  const before = stored === undefined ? [] : resourcesOf(stored);
  const all = [...new Set([...before, ...resourcesOf(table), ...resources])];
  return all.length < 2 ? table : { ...table, [RESOURCES]: all };
}

/** A table that others write, too, without some of those that write it; the first of the others owns it where its owner is one of them. */
export function withoutResources(table: TableSchema, gone: readonly string[]): TableSchema {
  const left = resourcesOf(table).filter((name) => !gone.includes(name));
  const { [RESOURCES]: _, ...plain } = table;
  const owner = left[0] === undefined ? {} : { resource: left[0] };
  return { ...plain, ...owner, ...(left.length < 2 ? {} : { [RESOURCES]: left }) };
}
