import type { DuckDBValue } from '@duckdb/node-api';
import type { TableReference } from './rest-types';
import type { Column } from './sql/types';

/** What a statement has done. */
export interface StatementResult {
  /** As Google names it: SELECT, INSERT, CREATE_TABLE … */
  readonly type: string;
  readonly columns: readonly Column[];
  readonly rows: readonly (readonly DuckDBValue[])[];
  /** Rows that DML changed. */
  readonly affected: number | undefined;
  readonly processed: number;
  readonly billed: number;
  readonly referenced: readonly TableReference[];
  /** The table of a DDL statement, and what was done with it. */
  readonly ddl?: { readonly operation: string; readonly target: TableReference } | undefined;
}

export const NOTHING: Omit<StatementResult, 'type'> = {
  columns: [],
  rows: [],
  affected: undefined,
  processed: 0,
  billed: 0,
  referenced: [],
};
