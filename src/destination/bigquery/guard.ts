import { TidemarkError } from '../../errors';
import { COST_COLUMNS, LEDGER_TABLE } from '../../ledger';
import { DATASET_TABLE } from '../commit';
import { qualified } from './dialect';
import { literal, quote } from './literal';

/**
 * What a transaction was planned from: nothing of it has changed while the one row of `_tidemark_dataset` is at this version. Who drops
 * a dataset and makes it anew begins at the first version again, and has another id.
 */
export interface Guard {
  readonly version: bigint;
  /** The dataset's id, undefined where none was drawn yet. */
  readonly datasetId: string | undefined;
}

/** That of a dataset without the table, which is made with its row. */
export const NOTHING_YET: Guard = { version: 0n, datasetId: undefined };

/** The id of a dataset that none was drawn for yet. */
const NO_ID = '';

/** Columns that are made beside those that every destination has: what loads cost. */
export const EXTRA_COLUMNS = {
  [LEDGER_TABLE]: COST_COLUMNS.map((name) => `${quote(name)} INT64`),
};

/** The id that a dataset gets with a transaction. */
export interface DrawnId {
  readonly id: string;
  /** ISO text. */
  readonly at: string;
}

/**
 * Makes the table with its row, in one statement that does nothing where it is there: of two transactions that are the first of a
 * dataset, one makes it, and none makes a second row.
 */
export const createGuard = (dataset: string): string =>
  `CREATE TABLE IF NOT EXISTS ${qualified(dataset, DATASET_TABLE)} (dataset_id STRING NOT NULL, created_at TIMESTAMP NOT NULL, version INT64)` +
  ` AS SELECT ${literal(NO_ID)} AS dataset_id, CURRENT_TIMESTAMP() AS created_at, 0 AS version`;

/**
 * The first statement of each transaction, which changes one row of one table: two transactions that have it conflict, and the one
 * that began from an older version changes nothing.
 */
export function guardStatement(
  dataset: string,
  { version, datasetId }: Guard,
  drawn: DrawnId | undefined,
): string {
  const id =
    drawn === undefined
      ? ''
      : `, dataset_id = ${literal(drawn.id)}, created_at = TIMESTAMP(${literal(drawn.at)})`;
  return `UPDATE ${qualified(dataset, DATASET_TABLE)} SET version = version + 1${id} WHERE version = ${version} AND dataset_id = ${literal(datasetId ?? NO_ID)}`;
}

/**
 * The guard by the row of the table.
 * @throws TidemarkError DESTINATION_REFUSED where there isn't one row
 */
export function guardOf(
  dataset: string,
  rows: readonly { readonly id: unknown; readonly version: unknown }[],
): Guard {
  const [row] = rows;
  if (rows.length !== 1 || row === undefined || row.version === null)
    throw new TidemarkError(
      'DESTINATION_REFUSED',
      `The table "${DATASET_TABLE}" of the dataset "${dataset}" has ${rows.length === 1 ? 'no version' : `${rows.length} rows`}, and one with a version is what commits are told apart by: another program has changed it. Put its one row back by "INSERT INTO ${dataset}.${DATASET_TABLE} (dataset_id, created_at, version) VALUES ('', CURRENT_TIMESTAMP(), 0)", having deleted what else is there, or load into another dataset.`,
      { details: { dataset, rows: rows.length } },
    );
  return { version: BigInt(String(row.version)), datasetId: row.id === NO_ID ? undefined : String(row.id) };
}
