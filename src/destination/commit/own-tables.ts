import { ledgerTable } from '../../ledger';
import {
  type ColumnSchema,
  LOADS_TABLE,
  newSchema,
  STATE_TABLE,
  type TableSchema,
  VERSION_TABLE,
  withStateTable,
} from '../../schema';

/** Who holds which load key. */
export const CLAIMS_TABLE = '_tidemark_claims';
/** One row that tells this dataset from any other. */
export const DATASET_TABLE = '_tidemark_dataset';

function ownTable(name: string, columns: readonly Omit<ColumnSchema, 'nullable'>[]): TableSchema {
  return {
    name,
    columns: Object.fromEntries(columns.map((column) => [column.name, { nullable: false, ...column }])),
  };
}

/** Whether it is one of the tables that a dataset has before it holds anything. */
export const isServiceTable = (name: string): boolean => serviceTables().some((table) => table.name === name);

let made: readonly TableSchema[] | undefined;

/** Every table that a dataset has beside its data: dlt's three, in dlt's form, and tidemark's own. */
export function serviceTables(): readonly TableSchema[] {
  made ??= makeServiceTables();
  return made;
}

function makeServiceTables(): TableSchema[] {
  const { tables } = withStateTable(newSchema('service'));
  return [
    tables[VERSION_TABLE]!,
    tables[LOADS_TABLE]!,
    tables[STATE_TABLE]!,
    ledgerTable(),
    ownTable(CLAIMS_TABLE, [
      { name: 'load_key', data_type: 'text' },
      { name: 'workflow_id', data_type: 'text' },
      { name: 'run_id', data_type: 'text' },
      { name: 'attempt', data_type: 'bigint' },
      { name: 'claimed_at', data_type: 'timestamp' },
    ]),
    ownTable(DATASET_TABLE, [
      { name: 'dataset_id', data_type: 'text' },
      { name: 'created_at', data_type: 'timestamp' },
    ]),
  ];
}
