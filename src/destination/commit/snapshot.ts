import {
  type ColumnSchema,
  completeColumns,
  type DataType,
  isSystemName,
  type StoredSchema,
  type TableSchema,
} from '../../schema';
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

const isDigits = (type: DataType): boolean => type === 'decimal' || type === 'wei';

/**
 * The newest schema with those tables of a load that it doesn't know and the database has with other types: those of a resource
 * that was dropped where tables are only emptied, and of another source. The load's values are put into them as those of any
 * later load are.
 */
export function withFoundTables(
  newest: StoredSchema,
  mine: StoredSchema,
  { tables: actual, types }: { readonly tables: ActualTables; readonly types: TypeRules },
): StoredSchema {
  const found: Record<string, TableSchema> = {};
  for (const table of Object.values(mine.tables)) {
    const there = new Map(actual.get(table.name)?.map(({ name, type }) => [name, types.dataType(type)]));
    const isOther = ({ name, data_type: type }: ColumnSchema): boolean => {
      const known = there.get(name);
      // a decimal of all digits and a wei are one type of a database
      return (
        type !== undefined && known !== undefined && known !== type && !(isDigits(known) && isDigits(type))
      );
    };
    const others = Object.values(table.columns).filter(isOther);
    if (ownField(newest.tables, table.name) !== undefined || others.length === 0) continue;
    const columns = { ...table.columns };
    for (const column of others) columns[column.name] = { ...column, data_type: there.get(column.name)! };
    found[table.name] = { ...table, columns };
  }
  return Object.keys(found).length === 0 ? newest : { ...newest, tables: { ...newest.tables, ...found } };
}
