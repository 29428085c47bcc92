import type { ColumnSchema, DataType, TableSchema } from '../schema';
import type { LedgerRow } from './types';

/** The ledger's table in the dataset. It is not part of the schema that dlt reads, so that dlt never drops it. */
export const LEDGER_TABLE = '_tidemark_intervals';

/** Columns that only a destination has that counts what loads cost. */
export const COST_COLUMNS = ['bytes_billed', 'slot_ms'] as const;

type CostColumn = (typeof COST_COLUMNS)[number];

const COLUMNS: Readonly<Record<Exclude<keyof LedgerRow, CostColumn>, DataType>> = {
  pipeline: 'text',
  source: 'text',
  resource: 'text',
  generation: 'bigint',
  interval_start: 'timestamp',
  interval_end: 'timestamp',
  cursor_start: 'timestamp',
  cursor_end: 'timestamp',
  load_key: 'text',
  load_id: 'text',
  rows: 'bigint',
  status: 'text',
  error_code: 'text',
  error: 'text',
  workflow_id: 'text',
  run_id: 'text',
  attempt: 'bigint',
  committed_at: 'timestamp',
};

export const LEDGER_COLUMNS = Object.keys(COLUMNS) as readonly Exclude<keyof LedgerRow, CostColumn>[];

const OPTIONAL: ReadonlySet<string> = new Set([
  'interval_start',
  'interval_end',
  'cursor_start',
  'cursor_end',
  'load_id',
  'error_code',
  'error',
  'workflow_id',
  'run_id',
  'attempt',
]);

export function ledgerTable(): TableSchema {
  const columns = Object.entries(COLUMNS).map(([name, data_type]): [string, ColumnSchema] => [
    name,
    { name, data_type, nullable: OPTIONAL.has(name) },
  ]);
  return { name: LEDGER_TABLE, columns: Object.fromEntries(columns) };
}

/** A ledger row of values that a database gave: times become ISO text, numbers numbers. */
export function ledgerRowOf(values: Readonly<Record<string, unknown>>): LedgerRow {
  const row: Record<string, unknown> = {};
  for (const name of LEDGER_COLUMNS) {
    const value = values[name] ?? null;
    if (value === null) row[name] = null;
    else row[name] = COLUMNS[name] === 'bigint' ? Number(value) : String(value);
  }
  for (const name of COST_COLUMNS)
    if (values[name] !== undefined && values[name] !== null) row[name] = Number(values[name]);
  return row as unknown as LedgerRow;
}
