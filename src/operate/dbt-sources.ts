import type { TableDefinition } from '../destination';
import { completeColumns, LOADS_TABLE, type StoredSchema, type TableSchema } from '../schema';
import { inOrder } from './schema-tables';
import { type Plain, yamlText } from './yaml-text';

/** What a file of dbt sources is made of. */
interface DbtSource {
  readonly pipeline: string;
  readonly dataset: string;
  readonly schema: StoredSchema;
  /** How the database makes its tables: its words for types. */
  readonly definitions: readonly TableDefinition[];
}

/**
 * A `sources.yml` of dbt (version 2): the tables of a schema and when loads ended, each column with the database's type, and the
 * tests that the schema's hints stand for: `not_null`, and `unique` for row ids.
 */
export function dbtSources({ pipeline, dataset, schema, definitions }: DbtSource): string {
  const types = new Map(
    definitions.map(({ table, columns }) => [table, new Map(columns.map(({ name, type }) => [name, type]))]),
  );
  const tables = inOrder(schema).map((table) => tableOf(table, types.get(table.name)));
  const loads = {
    name: LOADS_TABLE,
    description: 'One row for each load, written with it.',
    columns: [{ name: 'load_id' }, { name: 'inserted_at' }, { name: 'status' }],
  };
  return yamlText({
    version: 2,
    sources: [
      {
        name: schema.name,
        schema: dataset,
        description: `Loaded by the tidemark pipeline "${pipeline}".`,
        tables: [...tables, loads],
      },
    ],
  });
}

function tableOf(table: TableSchema, types: ReadonlyMap<string, string> | undefined): Plain {
  const from =
    table.parent === undefined
      ? `Resource "${table.resource}", ${table.write_disposition ?? 'append'}.`
      : `Lists within rows of "${table.parent}".`;
  return {
    name: table.name,
    description: table.description ?? from,
    columns: completeColumns(table).map(({ name, description, nullable, unique }) => {
      const tests = [...(nullable === false ? ['not_null'] : []), ...(unique === true ? ['unique'] : [])];
      return {
        name,
        description,
        data_type: types?.get(name),
        data_tests: tests.length === 0 ? undefined : tests,
      };
    }),
  };
}
