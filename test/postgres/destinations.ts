import { Secret } from '../../src/config';
import { type Destination, postgres } from '../../src/destination';
import { postgresDriver } from '../../src/destination/postgres/driver';
import { sqlDestination } from '../../src/destination/sql';
import { connectionSettings } from '../../src/postgres-client';
import type { PostgresServer } from './server';

let databases = 0;

/** A destination in a new database of the server. */
export async function inPostgres(server: PostgresServer): Promise<Destination> {
  databases += 1;
  const database = `d${databases}`;
  await server.sql(`CREATE DATABASE ${database}`);
  return inDatabase(server, database);
}

export function inDatabase({ host, port, user, password }: PostgresServer, database: string): Destination {
  return postgres({ host, port, user, password, database, sslMode: 'disable' });
}

/** What a test decides that users don't. */
export interface DriverOptions {
  readonly stagedFrom?: number | undefined;
  readonly rerunAfter?: readonly number[] | undefined;
  /** Milliseconds. @default a minute */
  readonly idleTimeout?: number | undefined;
  /** @default 4 */
  readonly maxConnections?: number | undefined;
  /** Milliseconds. @default 30 seconds */
  readonly stuckAfter?: number | undefined;
}

/** The same over a driver of its own. */
export function overDriver(
  server: Pick<PostgresServer, 'host' | 'port' | 'user' | 'password'>,
  database: string,
  { idleTimeout = 60_000, maxConnections = 4, ...options }: DriverOptions,
): Destination {
  const { host, port, user } = server;
  const password = new Secret(server.password, { key: 'password' });
  const settings = connectionSettings({ host, port, user, password, database, sslMode: 'disable' });
  return sqlDestination({
    kind: 'postgres',
    destinationType: 'dlt.destinations.postgres',
    describe: () => database,
    open: async ({ dataset }) =>
      postgresDriver({
        settings,
        dataset,
        limits: { lockTimeout: 60_000, idleTimeout },
        maxConnections,
        ...options,
      }),
  });
}

/** Loads of any size are brought before the dataset's lock is taken. */
export const stagingEarly = (server: PostgresServer, database: string): Destination =>
  overDriver(server, database, { stagedFrom: 0 });
