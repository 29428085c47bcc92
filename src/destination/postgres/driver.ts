import type { Client } from 'pg';
import { type ConnectionSettings, connectToPostgres } from '../../postgres-client';
import type { Connect, SqlDriver } from '../sql';
import { type KnownOfDataset, PostgresConnection } from './connection';
import { CONNECTING, isInterrupted, placeOf, postgresError } from './errors';
import { keptConnections } from './kept-connections';
import type { CommitLimits } from './lock';
import { connectionPool } from './pool';

interface DriverOptions {
  readonly settings: ConnectionSettings;
  readonly dataset: string;
  readonly limits: CommitLimits;
  readonly maxConnections: number;
  /** Bytes from which the rows of a load are brought before the lock is taken. @default 1 MB */
  readonly stagedFrom?: number | undefined;
  /** Milliseconds before what was interrupted is done again, each time. @default three times within seconds */
  readonly rerunAfter?: readonly number[] | undefined;
  /** Milliseconds that a connection is waited for where all are held by results of which no row is taken. @default 30 seconds */
  readonly stuckAfter?: number | undefined;
}

/** A deadlock is over at once, a server has started again after a few seconds; what takes longer is the caller's to wait for. */
const RERUN_AFTER = [100, 1000, 5000];

/**
 * Rows that are brought before the lock are written twice by the server, but neither the client nor the network holds up others.
 * Measured on one machine, 100,000 appended rows of 217 bytes: the lock is held for 80 ms instead of 118, for 125 ms of the
 * server's CPU instead of 60; over 100 Mbit/s for 0.2 s instead of 2. Below a megabyte it is milliseconds either way.
 */
const STAGED_FROM = 1024 * 1024;

/** Whoever takes no row of a result for so long, while others wait for its connection, waits for them. */
const STUCK_AFTER = 30_000;

/** Bytes of a name; Postgres cuts off what is longer, without an error. dlt counts as many characters. */
const MAX_NAME = 63;

/** The driver of a dataset in a Postgres database. Its lock is a transaction's: see `lock.ts`. */
export function postgresDriver(options: DriverOptions): SqlDriver {
  const {
    settings,
    dataset,
    limits,
    maxConnections,
    stagedFrom = STAGED_FROM,
    rerunAfter = RERUN_AFTER,
    stuckAfter = STUCK_AFTER,
  } = options;
  const connected = async (): Promise<Client> => {
    try {
      return await connectToPostgres(settings);
    } catch (error) {
      throw postgresError(error, settings, CONNECTING);
    }
  };
  const known: KnownOfDataset = { recordsAreIndexed: false };
  const pool = connectionPool({
    connect: connected,
    kept: keptConnections(settings),
    most: maxConnections,
    stuckAfter,
  });
  const connect: Connect = (work, { lockWaitMs = limits.lockTimeout, reader } = {}) =>
    pool.use(
      async (client, drop) => {
        const connection = new PostgresConnection(client, {
          dataset,
          settings,
          limits: { ...limits, lockTimeout: Math.min(limits.lockTimeout, lockWaitMs) },
          stagedFrom,
          known,
          drop,
        });
        try {
          return await work(connection);
        } finally {
          await connection.release();
        }
      },
      { reader },
    );
  return {
    location: placeOf(settings),
    capabilities: { alterType: true, maxNameLength: MAX_NAME, maxNameBytes: MAX_NAME },
    // a database is always there, even if the dataset isn't
    exists: () =>
      connect(async (connection) => {
        const found = await connection.rows('SELECT 1 FROM pg_catalog.pg_namespace WHERE nspname = ?', [
          dataset,
        ]);
        return found.length > 0;
      }),
    connect,
    exclusive: (work) => work(connect),
    reruns: { waits: rerunAfter, passes: isInterrupted },
    close: () => pool.end(),
  };
}
