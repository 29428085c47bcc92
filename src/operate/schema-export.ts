import { TidemarkError } from '../errors';
import type { Entry } from '../run';
import { type StoredSchema, serializeSchema } from '../schema';
import type { Access } from './access';
import { dbtSources } from './dbt-sources';
import { nothingLoaded, pickSource } from './pick-source';
import { type Plain, yamlText } from './yaml-text';

/** What a schema can be written as. */
export const SCHEMA_FORMATS = ['yaml', 'json', 'sql', 'dbt'] as const;

export type SchemaFormat = (typeof SCHEMA_FORMATS)[number];

export interface SchemaExportRequest {
  /**
   * `yaml` and `json`: dlt's own form, which dlt imports; `sql`: the statements that make the tables in this destination; `dbt`: a file of
   * sources. @default 'yaml'
   */
  readonly format?: SchemaFormat | undefined;
  /** Needed where the pipeline has several. */
  readonly source?: string | undefined;
}

/**
 * The newest stored schema of a source as a text, which ends in a newline. Reads records of loads only.
 *
 * @throws USAGE for another format, and where nothing was loaded of the source yet
 */
export function exportSchema(entry: Entry, request: SchemaExportRequest, access: Access): Promise<string> {
  const { format = 'yaml' } = request;
  if (!SCHEMA_FORMATS.includes(format))
    throw new TidemarkError(
      'USAGE',
      `"${String(format)}" is no format of a schema; write ${SCHEMA_FORMATS.join(', ')}.`,
    );
  const source = pickSource(entry, request.source);
  return access.withDataset(entry, async (dataset) => {
    const { schema } = await dataset.snapshot(source);
    if (schema === undefined) throw nothingLoaded(entry, source);
    switch (format) {
      case 'json':
        return `${JSON.stringify(plainOf(schema), undefined, 2)}\n`;
      case 'yaml':
        return yamlText(dltForm(schema));
      case 'sql':
        return (await dataset.definitions(schema)).map(({ statement }) => `${statement};\n`).join('');
      case 'dbt': {
        const definitions = await dataset.definitions(schema);
        return dbtSources({ pipeline: entry.name, dataset: dataset.name, schema, definitions });
      }
    }
  });
}

/** In dlt's order: who looks at it finds the tables after a few lines. */
function plainOf(schema: StoredSchema): Record<string, Plain> {
  const { version, version_hash, engine_version, name, tables, ...rest } = schema;
  const ordered = { version, version_hash, engine_version, name, tables, ...rest };
  return JSON.parse(serializeSchema(ordered)) as Record<string, Plain>;
}

/** As dlt writes a schema for people: what stands in a key isn't said again. Source: `remove_defaults` of dlt 1.31. */
function dltForm(schema: StoredSchema): Plain {
  const plain = plainOf(schema) as unknown as StoredSchema;
  for (const table of Object.values(plain.tables) as Partial<StoredSchema['tables'][string]>[]) {
    delete table.name;
    for (const column of Object.values(table.columns ?? {}) as { name?: string }[]) delete column.name;
  }
  return plain as unknown as Plain;
}
