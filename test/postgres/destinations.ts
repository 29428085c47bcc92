import { type Destination, postgres } from '../../src/destination';
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
