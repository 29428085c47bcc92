import { completeColumns, isSystemName, type StoredSchema } from '../../schema';
import { ownField } from '../../value';
import type { DatasetSnapshot } from '../types';
import type { ActualTables, FactReader, FactsOf, StoredFacts, TypeRules } from './stored';

export const EMPTY_SNAPSHOT: DatasetSnapshot = {
  schema: undefined,
  schemaHash: undefined,
  state: undefined,
  generations: {},
  lastLoadId: undefined,
  datasetId: undefined,
};

/** Reads the facts one after the other. */
export async function readFacts(reader: FactReader, { pipeline, schemaName }: FactsOf): Promise<StoredFacts> {
  return {
    schema: await reader.schema(schemaName),
    state: await reader.state(pipeline),
    generations: await reader.generations(schemaName),
    lastLoadId: await reader.lastLoadId(),
    datasetId: await reader.datasetId(),
  };
}

/** What a load of a source begins with. */
export function snapshotOf(facts: StoredFacts, tables: ActualTables, types: TypeRules): DatasetSnapshot {
  const { schema, ...rest } = facts;
  return {
    ...rest,
    schema: schema === undefined ? undefined : uniteWithTables(schema, tables, types),
    schemaHash: schema?.version_hash,
  };
}

/**
 * The schema with those columns of its tables that only the database has: a dlt that held an older schema may have
 * stored one that lacks what another load added.
 */
export function uniteWithTables(schema: StoredSchema, actual: ActualTables, types: TypeRules): StoredSchema {
  const tables = { ...schema.tables };
  for (const table of Object.values(schema.tables)) {
    if (isSystemName(table.name) || completeColumns(table).length === 0) continue;
    const columns = { ...table.columns };
    for (const { name, type } of actual.get(table.name) ?? []) {
      const dataType = types.dataType(type);
      if (ownField(columns, name)?.data_type !== undefined || dataType === undefined) continue;
      columns[name] = { nullable: true, ...ownField(columns, name), name, data_type: dataType };
    }
    if (Object.keys(columns).length > Object.keys(table.columns).length)
      tables[table.name] = { ...table, columns };
  }
  return { ...schema, tables };
}
