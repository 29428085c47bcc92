import { Client } from 'pg';
import type { PostgresServer } from '../../postgres/server';

/** Another program that has the lock of the dataset `data`, in a transaction that is open. */
export async function holdingLock(
  { host, port, user, password }: PostgresServer,
  database: string,
): Promise<Client> {
  const other = new Client({ host, port, user, password, database });
  await other.connect();
  await other.query('BEGIN; SELECT 1 FROM data._tidemark_dataset FOR UPDATE');
  return other;
}

/** Asks the server until so many connections wait for a lock; what a client has left waits there until it would have it. */
export async function waitingForLock(server: PostgresServer, database: string, count: number): Promise<void> {
  for (;;) {
    const found = await server.sql(
      "SELECT 1 FROM pg_stat_activity WHERE datname = $1 AND wait_event_type = 'Lock'",
      [database],
    );
    if (found.length === count) return;
  }
}
