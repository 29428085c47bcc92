import type { Client, QueryResult } from 'pg';
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

/** Begins a transaction that writes, without the lock of its dataset. */
export async function beginStaging(
  client: Client,
  { lockTimeout, idleTimeout }: CommitLimits,
): Promise<void> {
  // read committed: what is read with the lock held is what others committed before
  await client.query(
    `BEGIN ISOLATION LEVEL READ COMMITTED; ${SETTINGS}; SET LOCAL lock_timeout = ${lockTimeout};` +
      ` SET LOCAL idle_in_transaction_session_timeout = ${idleTimeout}`,
  );
}

/** Begins a transaction that writes, alone with its dataset. */
export async function beginAlone(client: Client, dataset: string, limits: CommitLimits): Promise<void> {
  await beginStaging(client, limits);
  await lockDataset(client, dataset);
}

/**
 * Locks the row of `_tidemark_dataset` in a transaction, which has to have read nothing of the dataset. It is let go by the
 * server when the transaction ends or its connection is lost. While there is no such row, a lock of the dataset's name stands
 * for it.
 */
export async function lockDataset(client: Client, dataset: string): Promise<void> {
  if (await lockedRow(client, dataset)) return;
  await client.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [`tidemark ${dataset}`]);
  // whoever had the lock before may have made the row
  await lockedRow(client, dataset);
}

/** @returns false where there is no row, or no table; the transaction goes on */
async function lockedRow(client: Client, dataset: string): Promise<boolean> {
  const row = `${quote(dataset)}.${quote(DATASET_TABLE)}`;
  try {
    // several statements at once have a result each
    const statements = `SAVEPOINT row; SELECT 1 FROM ${row} FOR UPDATE; RELEASE SAVEPOINT row`;
    const results = (await client.query(statements)) as unknown as readonly QueryResult[];
    return (results[1]?.rowCount ?? 0) > 0;
  } catch (error) {
    if (!NOTHING_YET.test((error as { readonly code?: string }).code ?? '')) throw error;
    await client.query('ROLLBACK TO SAVEPOINT row; RELEASE SAVEPOINT row');
    return false;
  }
}
