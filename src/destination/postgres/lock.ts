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
  /** How long a statement may take, the wait for the lock aside. @default what the server has for the user */
  readonly statementTimeout?: number | undefined;
}

/** What every transaction says first: values are written alike by every server, and names are never looked for elsewhere. */
const SETTINGS =
  "SET LOCAL TimeZone = 'UTC'; SET LOCAL DateStyle = 'ISO, YMD'; SET LOCAL IntervalStyle = 'iso_8601'; SET LOCAL bytea_output = 'hex'; SET LOCAL extra_float_digits = 3; SET LOCAL search_path = pg_temp";

const limitOf = ({ statementTimeout }: CommitLimits): string =>
  `SET LOCAL statement_timeout TO ${statementTimeout ?? 'DEFAULT'}`;

/**
 * A host that vanished without a word is noticed after a minute, in the middle of a COPY, too, where no timeout of the server
 * counts: it would hold the lock, or the state that it reads, for the two hours that most systems wait.
 */
const ALIVE =
  'SET LOCAL tcp_keepalives_idle = 30; SET LOCAL tcp_keepalives_interval = 10; SET LOCAL tcp_keepalives_count = 3';

/** Begins a transaction that reads. */
export async function beginReading(client: Client, limits: CommitLimits): Promise<void> {
  await client.query(
    `BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; ${SETTINGS}; ${limitOf(limits)}; ${ALIVE}`,
  );
}

/** Begins a transaction that writes, without the lock of its dataset. */
export async function beginStaging(client: Client, limits: CommitLimits): Promise<void> {
  const { lockTimeout, idleTimeout } = limits;
  // read committed: what is read with the lock held is what others committed before
  await client.query(
    `BEGIN ISOLATION LEVEL READ COMMITTED; ${SETTINGS}; SET LOCAL lock_timeout = ${lockTimeout};` +
      ` SET LOCAL idle_in_transaction_session_timeout = ${idleTimeout}; ${limitOf(limits)}; ${ALIVE}`,
  );
}

/** Begins a transaction that writes, alone with its dataset. */
export async function beginAlone(client: Client, dataset: string, limits: CommitLimits): Promise<void> {
  await beginStaging(client, limits);
  await lockDataset(client, dataset, limits);
}

/**
 * Locks the row of `_tidemark_dataset` in a transaction, which has to have read nothing of the dataset. It is let go by the
 * server when the transaction ends or its connection is lost. While there is no such row, a lock of the dataset's name stands
 * for it.
 */
export async function lockDataset(client: Client, dataset: string, limits: CommitLimits): Promise<void> {
  if (await lockedRow(client, dataset, limits)) return;
  await client.query(UNLIMITED);
  await client.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [`tidemark ${dataset}`]);
  await client.query(limitOf(limits));
  // whoever had the lock before may have made the row
  await lockedRow(client, dataset, limits);
}

/** Others are waited for as long as `lockTimeout` says, whatever one statement may take. */
const UNLIMITED = 'SET LOCAL statement_timeout = 0';

/** @returns false where there is no row, or no table; the transaction goes on */
async function lockedRow(client: Client, dataset: string, limits: CommitLimits): Promise<boolean> {
  const row = `${quote(dataset)}.${quote(DATASET_TABLE)}`;
  try {
    // several statements at once have a result each
    const statements = `SAVEPOINT row; ${UNLIMITED}; SELECT 1 FROM ${row} FOR UPDATE; ${limitOf(limits)}; RELEASE SAVEPOINT row`;
    const results = (await client.query(statements)) as unknown as readonly QueryResult[];
    return (results[2]?.rowCount ?? 0) > 0;
  } catch (error) {
    if (!NOTHING_YET.test((error as { readonly code?: string }).code ?? '')) throw error;
    await client.query('ROLLBACK TO SAVEPOINT row; RELEASE SAVEPOINT row');
    return false;
  }
}
