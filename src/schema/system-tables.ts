import type { ColumnSchema, TableSchema } from './types';

export const LOAD_ID = '_dlt_load_id';
export const ROW_ID = '_dlt_id';
export const PARENT_ID = '_dlt_parent_id';
export const ROOT_ID = '_dlt_root_id';
export const LIST_INDEX = '_dlt_list_idx';
export const VALUE_COLUMN = 'value';

export const LOADS_TABLE = '_dlt_loads';
export const VERSION_TABLE = '_dlt_version';
export const STATE_TABLE = '_dlt_pipeline_state';

/** Whether a table or column is dlt's own; contracts and variants leave those alone. */
export function isSystemName(name: string): boolean {
  return name.startsWith('_dlt');
}

type Field = Omit<ColumnSchema, 'name'>;

function columnsOf(fields: Readonly<Record<string, Field>>): Record<string, ColumnSchema> {
  return Object.fromEntries(Object.entries(fields).map(([name, field]) => [name, { name, ...field }]));
}

const text = (description: string): Field => ({ data_type: 'text', nullable: false, description });
const integer = (description: string): Field => ({ data_type: 'bigint', nullable: false, description });
const instant = (description: string): Field => ({ data_type: 'timestamp', nullable: false, description });

/** The columns that link rows, as dlt describes them, in the order in which they follow a row's own columns. */
export function systemColumn(name: string): ColumnSchema {
  switch (name) {
    case ROW_ID:
      return { name, data_type: 'text', nullable: false, unique: true, row_key: true };
    case PARENT_ID:
      return { name, data_type: 'text', nullable: false, parent_key: true };
    case ROOT_ID:
      return { name, data_type: 'text', nullable: false, root_key: true };
    case LIST_INDEX:
      return { name, data_type: 'bigint', nullable: false };
    default:
      return { name, data_type: 'text', nullable: false };
  }
}

// The descriptions below are content of the stored schema: another wording would make dlt store a version of its own.
export function versionTable(): TableSchema {
  return {
    name: VERSION_TABLE,
    columns: columnsOf({
      version: integer('Numeric version of the schema, incremented on each schema change'),
      engine_version: integer('Version of the dlt schema engine that created this schema'),
      inserted_at: instant('Timestamp when this schema version was stored'),
      schema_name: text('Name of the schema'),
      version_hash: text('Unique hash of the schema content, used to detect changes'),
      schema: text('JSON representation of the complete schema definition'),
    }),
    write_disposition: 'skip',
    resource: VERSION_TABLE,
    description: 'Created by DLT. Tracks schema updates',
  };
}

export function loadsTable(): TableSchema {
  return {
    name: LOADS_TABLE,
    columns: columnsOf({
      load_id: { ...text('Unique identifier of the load operation'), precision: 64 },
      schema_name: { ...text('Name of the schema associated with this load'), nullable: true },
      status: integer('Status of the load operation (0 = success)'),
      inserted_at: instant('Timestamp when the load was completed'),
      schema_version_hash: { ...text('Hash of the schema version used during this load'), nullable: true },
    }),
    write_disposition: 'skip',
    resource: LOADS_TABLE,
    description: 'Created by DLT. Tracks completed loads',
  };
}

export function stateTable(): TableSchema {
  return {
    name: STATE_TABLE,
    columns: columnsOf({
      version: integer('Numeric version of the pipeline state'),
      engine_version: integer('Version of the dlt state engine'),
      pipeline_name: text('Name of the pipeline this state belongs to'),
      state: text('Compressed JSON representation of the pipeline state'),
      created_at: instant('Timestamp when this state was created'),
      version_hash: { ...text('Hash of the state content, used to detect changes'), nullable: true },
      _dlt_load_id: { ...text('Load identifier linking this row to its load operation'), precision: 64 },
      _dlt_id: { data_type: 'text', nullable: false, unique: true, row_key: true },
    }),
    write_disposition: 'append',
    file_format: 'preferred',
    resource: STATE_TABLE,
    'x-normalizer': { 'seen-data': true },
  };
}
