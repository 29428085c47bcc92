import type { DataType } from '../value';

export type { DataType };

/** A column in dlt's own JSON form. Unknown keys must start with `x-`. */
export interface ColumnSchema {
  name: string;
  data_type?: DataType;
  nullable?: boolean;
  precision?: number;
  scale?: number;
  timezone?: boolean;
  description?: string;
  primary_key?: boolean;
  merge_key?: boolean;
  unique?: boolean;
  row_key?: boolean;
  parent_key?: boolean;
  root_key?: boolean;
  incremental?: boolean;
  hard_delete?: boolean;
  dedup_sort?: 'asc' | 'desc';
  variant?: boolean;
  partition?: boolean;
  cluster?: boolean;
  [extension: `x-${string}`]: unknown;
}

export type WriteDispositionName = 'append' | 'replace' | 'merge' | 'skip';
export type MergeStrategy = 'delete-insert' | 'upsert' | 'insert-only' | 'scd2';
/** In dlt's spelling; `discardRow` and `discardValue` of the public API are translated once, in `source/`. */
export type ContractMode = 'evolve' | 'freeze' | 'discard_row' | 'discard_value';
export interface SchemaContract {
  tables?: ContractMode;
  columns?: ContractMode;
  data_type?: ContractMode;
  /** tidemark's own: what is done with keys of a row that give one name. It is never stored. */
  names?: ContractMode;
}

/** A table in dlt's own JSON form. Unknown keys must start with `x-`. */
export interface TableSchema {
  name: string;
  columns: Record<string, ColumnSchema>;
  description?: string;
  parent?: string;
  resource?: string;
  write_disposition?: WriteDispositionName;
  schema_contract?: SchemaContract | ContractMode;
  file_format?: string;
  'x-merge-strategy'?: MergeStrategy;
  'x-normalizer'?: Record<string, unknown>;
  [extension: `x-${string}`]: unknown;
}

/**
 * A schema in dlt's own JSON form (engine 11): the object that `_dlt_version.schema` holds, so that dlt itself opens and
 * continues a dataset.
 */
export interface StoredSchema {
  version: number;
  version_hash: string;
  engine_version: 11;
  name: string;
  tables: Record<string, TableSchema>;
  settings: Record<string, unknown>;
  normalizers: Record<string, unknown>;
  previous_hashes: string[];
  description?: string;
}
