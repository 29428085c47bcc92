import { completeColumns, isSystemName, type StoredSchema } from '../schema';
import type { FactMemory } from './known-facts';
import type { ActualTables, SqlSession } from './sql';
import { storedReader } from './stored';
import type { DatasetSnapshot } from './types';

export const EMPTY_SNAPSHOT: DatasetSnapshot = {
  schema: undefined,
  schemaHash: undefined,
  state: undefined,
  generations: {},
  lastLoadId: undefined,
  datasetId: undefined,
};

/** Reads what a load of a source begins with, from one state of the dataset. */
export async function readSnapshot(
  session: SqlSession,
  pipeline: string,
  schemaName: string,
): Promise<DatasetSnapshot> {
  const actual = await session.tables();
  const known = recallFacts(session.facts, pipeline, schemaName);
  const { schema, ...facts } = known ?? (await readFacts(session, actual, { pipeline, schemaName }));
  return {
    ...facts,
    schema: schema === undefined ? undefined : uniteWithTables(schema, actual, session),
    schemaHash: schema?.version_hash,
  };
}

type Facts = Omit<DatasetSnapshot, 'schemaHash'>;

function recallFacts(facts: FactMemory, pipeline: string, schemaName: string): Facts | undefined {
  const keys = [
    `schema\n${schemaName}`,
    `state\n${pipeline}`,
    `generations\n${schemaName}`,
    'lastLoadId',
    'datasetId',
  ] as const;
  const known = facts.recall(keys);
  if (known === undefined) return undefined;
  const [schema, state, generations, lastLoadId, datasetId] = known;
  return { schema, state, generations, lastLoadId, datasetId } as Facts;
}

async function readFacts(
  session: SqlSession,
  actual: ActualTables,
  { pipeline, schemaName }: { readonly pipeline: string; readonly schemaName: string },
): Promise<Facts> {
  await session.begin();
  try {
    const reader = storedReader(session, actual);
    return {
      schema: await reader.newestSchema(schemaName),
      state: await reader.newestState(pipeline),
      generations: await reader.generations(schemaName),
      lastLoadId: await reader.lastLoadId(),
      datasetId: await reader.datasetId(),
    };
  } finally {
    await session.rollback();
  }
}

/**
 * The schema with those columns of its tables that only the database has: a dlt that held an older schema may have
 * stored one that lacks what another load added.
 */
export function uniteWithTables(
  schema: StoredSchema,
  actual: ActualTables,
  session: SqlSession,
): StoredSchema {
  const tables = { ...schema.tables };
  for (const table of Object.values(schema.tables)) {
    if (isSystemName(table.name) || completeColumns(table).length === 0) continue;
    const columns = { ...table.columns };
    for (const { name, type } of actual.get(table.name) ?? []) {
      const dataType = session.dialect.dataType(type);
      if (columns[name]?.data_type !== undefined || dataType === undefined) continue;
      columns[name] = { nullable: true, ...columns[name], name, data_type: dataType };
    }
    if (Object.keys(columns).length > Object.keys(table.columns).length)
      tables[table.name] = { ...table, columns };
  }
  return { ...schema, tables };
}
