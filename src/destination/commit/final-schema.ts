import {
  bumpVersion,
  descendantsOf,
  hasSeenData,
  PARENT_ID,
  ROOT_ID,
  type StoredSchema,
  systemColumn,
  type TableSchema,
  withStateTable,
} from '../../schema';
import { ownField } from '../../value';
import type { LoadPackage, ResourceLoad } from '../types';
import { withResources } from './owners';

/**
 * The schema that a commit stores: that of the load with what only the commit knows, as the next version of the newest
 * stored one. If it says nothing new, it has the newest one's hash.
 */
export function finalSchema(
  load: LoadPackage,
  schema: StoredSchema,
  newest: StoredSchema | undefined,
): StoredSchema {
  let tables = schema.tables;
  for (const resource of load.resources) {
    tables = withResource(tables, resource, newest);
    if (resource.disposition === 'merge' && resource.strategy !== 'scd2')
      for (const root of resource.tables) tables = withRootKeys({ ...schema, tables }, root);
  }
  const complete = withStateTable({ ...schema, tables });
  const { version, version_hash, previous_hashes } = newest ?? {
    version: 1,
    version_hash: '',
    previous_hashes: [],
  };
  return bumpVersion({ ...complete, version, version_hash, previous_hashes });
}

function withResource(
  tables: StoredSchema['tables'],
  resource: ResourceLoad,
  newest: StoredSchema | undefined,
): StoredSchema['tables'] {
  const changed: Record<string, TableSchema> = {};
  for (const name of resource.tables) {
    const table = ownField(tables, name);
    if (table !== undefined)
      changed[name] = withResources(table, ownField(newest?.tables, name), [resource.resource]);
  }
  return { ...tables, ...changed };
}

/** Merging needs the root's id in every table below it, whether or not this load brings rows for that table. */
function withRootKeys(schema: StoredSchema, root: string): StoredSchema['tables'] {
  const changed: Record<string, TableSchema> = {};
  for (const table of descendantsOf(schema, root)) {
    if (table.columns[ROOT_ID] !== undefined || !hasSeenData(table)) continue;
    const columns = Object.entries(table.columns);
    const at = columns.findIndex(([name]) => name === PARENT_ID);
    columns.splice(at < 0 ? columns.length : at, 0, [ROOT_ID, systemColumn(ROOT_ID)]);
    changed[table.name] = { ...table, columns: Object.fromEntries(columns) };
  }
  return { ...schema.tables, ...changed };
}
