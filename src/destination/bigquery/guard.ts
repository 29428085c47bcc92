import { COST_COLUMNS, LEDGER_TABLE } from '../../ledger';
import { DATASET_TABLE } from '../commit';
import { qualified } from './dialect';
import { literal, quote } from './literal';

/** What a transaction was planned from: nothing of it has changed while the one row of `_tidemark_dataset` is at this version. */
export interface Guard {
  /** Undefined where there is no row yet. */
  readonly version: bigint | undefined;
  /** Whether the row has an id. */
  readonly hasId: boolean;
}

export const NO_ROW: Guard = { version: undefined, hasId: false };

/** Columns that are made beside those that every destination has: the guard, and what loads cost. */
export const EXTRA_COLUMNS = {
  [DATASET_TABLE]: ['`version` INT64'],
  [LEDGER_TABLE]: COST_COLUMNS.map((name) => `${quote(name)} INT64`),
};

/** The id that a dataset gets with a transaction. */
export interface DrawnId {
  readonly id: string;
  /** ISO text. */
  readonly at: string;
}

/**
 * The first statement of each transaction, which changes one row of one table: two transactions that have it conflict, and the one
 * that began from an older version changes nothing. A row that isn't there yet is made by MERGE: inserts don't conflict.
 */
export function guardStatement(dataset: string, { version, hasId }: Guard, drawn: DrawnId): string {
  const table = qualified(dataset, DATASET_TABLE);
  if (version === undefined)
    return (
      `MERGE INTO ${table} AS t USING (SELECT 1 AS one) AS s ON t.version IS NOT NULL` +
      ` WHEN NOT MATCHED THEN INSERT (dataset_id, created_at, version) VALUES (${literal(drawn.id)}, TIMESTAMP(${literal(drawn.at)}), 1)`
    );
  const id = hasId ? '' : `, dataset_id = ${literal(drawn.id)}`;
  return `UPDATE ${table} SET version = version + 1${id} WHERE version = ${version}`;
}
