import type { Client } from 'pg';
import { DATASET_TABLE } from '../commit';
import { standardSql } from '../sql';

const { quote } = standardSql;

/** What a statement meets where schema or table aren't there yet. */
const NOTHING_YET = /^(3F000|42P01)$/;

/** How long a commit waits for the others', and how long a connection may do nothing within one. */
export interface CommitLimits {
  /** Milliseconds. */
  readonly lockTimeout: number;
  readonly idleTimeout: number;
}

/** What every transaction says first: values are written alike by every server, and names are never looked for elsewhere. */
export const SETTINGS =
  "SET LOCAL TimeZone = 'UTC'; SET LOCAL DateStyle = 'ISO, YMD'; SET LOCAL IntervalStyle = 'iso_8601'; SET LOCAL bytea_output = 'hex'; SET LOCAL extra_float_digits = 3; SET LOCAL search_path = pg_temp";

/**
 * Begins a transaction that writes, alone with its dataset: the row of `_tidemark_dataset` is locked,
 * and is let go by the server when the transaction ends or its connection is lost. While there is no such row, a lock of the
 * dataset's name stands for it.
 */
export async function beginAlone(client: Client, dataset: string, limits: CommitLimits): Promise<void> {
  const begin =
    `BEGIN ISOLATION LEVEL READ COMMITTED; ${SETTINGS}; SET LOCAL lock_timeout = ${limits.lockTimeout};` +
    ` SET LOCAL idle_in_transaction_session_timeout = ${limits.idleTimeout}`;
  await client.query(begin);
  if (await locked(client, dataset)) return;
  await client.query('ROLLBACK');
  await client.query(begin);
  await client.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [`tidemark ${dataset}`]);
  // whoever had the lock before may have made the row
  await client.query('SAVEPOINT first');
  if (!(await locked(client, dataset))) await client.query('ROLLBACK TO SAVEPOINT first');
  await client.query('RELEASE SAVEPOINT first');
}

/** @returns false where there is no row to lock; a transaction that met no table has failed then */
async function locked(client: Client, dataset: string): Promise<boolean> {
  try {
    const { rowCount } = await client.query(
      `SELECT 1 FROM ${quote(dataset)}.${quote(DATASET_TABLE)} FOR UPDATE`,
    );
    return rowCount !== null && rowCount > 0;
  } catch (error) {
    if (!NOTHING_YET.test((error as { readonly code?: string }).code ?? '')) throw error;
    return false;
  }
}
