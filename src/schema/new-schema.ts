import { schemaNameOf } from './naming';
import {
  LOADS_TABLE,
  loadsTable,
  STATE_TABLE,
  stateTable,
  VERSION_TABLE,
  versionTable,
} from './system-tables';
import type { StoredSchema } from './types';

/**
 * The schema of a source that never loaded, with dlt's own tables and settings. It has no hash until
 * {@link bumpVersion} draws its first one.
 * Source: what dlt 1.31 stores; every part that it would miss costs a schema version when it continues the dataset.
 */
export function newSchema(source: string): StoredSchema {
  return {
    version: 1,
    version_hash: '',
    engine_version: 11,
    name: schemaNameOf(source),
    tables: { [VERSION_TABLE]: versionTable(), [LOADS_TABLE]: loadsTable() },
    settings: {
      detections: ['iso_timestamp'],
      default_hints: {
        not_null: ['_dlt_id', '_dlt_root_id', '_dlt_parent_id', '_dlt_list_idx', '_dlt_load_id'],
        parent_key: ['_dlt_parent_id'],
        root_key: ['_dlt_root_id'],
        unique: ['_dlt_id'],
        row_key: ['_dlt_id'],
      },
    },
    normalizers: { names: 'snake_case', json: { module: 'dlt.common.normalizers.json.relational' } },
    previous_hashes: [],
  };
}

/** The same schema with the table of pipeline states: dlt adds it with the first state row. */
export function withStateTable(schema: StoredSchema): StoredSchema {
  if (schema.tables[STATE_TABLE] !== undefined) return schema;
  return { ...schema, tables: { ...schema.tables, [STATE_TABLE]: stateTable() } };
}
