import { execFileSync } from 'node:child_process';
import type { PostgresServer } from '../../postgres/server';
import { ROOT } from '../../root';

/** Ends all connections to a database, as an administrator does. */
export const cutAll = (server: PostgresServer, database: string): Promise<unknown> =>
  server.sql('SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1', [database]);

/** The same while this process stands still: what it does next meets a connection that is gone. */
export function cutAllNow({ host, port, user, password }: PostgresServer, database: string): void {
  const to = { host, port, user, password, database: 'postgres' };
  const script = `
    const { Client } = require('pg');
    const client = new Client(${JSON.stringify(to)});
    client.connect()
      .then(() => client.query('SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = $1', ['${database}']))
      .then(() => client.end());`;
  execFileSync(process.execPath, ['-e', script], { cwd: ROOT });
}
