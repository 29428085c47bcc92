import type { Column } from './types';

/*
 * Views of a dataset's INFORMATION_SCHEMA, by the columns that BigQuery documents.
 */

const text = (...names: readonly string[]): Column[] => names.map((name) => ({ name, type: 'STRING' }));

const PLACE = text('table_catalog', 'table_schema', 'table_name');

export const INFORMATION_SCHEMA: Readonly<Record<string, readonly Column[]>> = {
  TABLES: [
    ...PLACE,
    ...text(
      'table_type',
      'managed_table_type',
      'is_insertable_into',
      'is_fine_grained_mutations_enabled',
      'is_typed',
    ),
    ...text('is_change_history_enabled'),
    { name: 'creation_time', type: 'TIMESTAMP' },
    ...text('base_table_catalog', 'base_table_schema', 'base_table_name'),
    { name: 'snapshot_time_ms', type: 'TIMESTAMP' },
    ...text('replica_source_catalog', 'replica_source_schema', 'replica_source_name', 'replication_status'),
    ...text('replication_error', 'ddl', 'default_collation_name', 'sync_status'),
    { name: 'upsert_stream_apply_watermark', type: 'TIMESTAMP' },
  ],
  COLUMNS: [
    ...PLACE,
    ...text('column_name'),
    { name: 'ordinal_position', type: 'INT64' },
    ...text('is_nullable', 'data_type', 'is_generated', 'generation_expression', 'is_stored', 'is_hidden'),
    ...text('is_updatable', 'is_system_defined', 'is_partitioning_column'),
    { name: 'clustering_ordinal_position', type: 'INT64' },
    ...text('collation_name', 'column_default', 'rounding_mode', 'policy_tags'),
  ],
  COLUMN_FIELD_PATHS: [
    ...PLACE,
    ...text('column_name', 'field_path', 'data_type', 'description', 'collation_name', 'rounding_mode'),
  ],
  TABLE_OPTIONS: [...PLACE, ...text('option_name', 'option_type', 'option_value')],
  PARTITIONS: [
    ...PLACE,
    ...text('partition_id'),
    ...['total_rows', 'total_logical_bytes', 'total_billable_bytes'].map((name) => ({ name, type: 'INT64' })),
    { name: 'last_modified_time', type: 'TIMESTAMP' },
    ...text('storage_tier'),
  ],
};
