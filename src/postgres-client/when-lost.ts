import type { Client } from 'pg';

const known = new WeakMap<Client, Promise<never>>();

/**
 * Rejects when a connection breaks: a cursor (pg-cursor) that is asked for rows after that would wait for ever. A connection has
 * one such promise, however often it is asked for.
 */
export function whenLost(client: Client): Promise<never> {
  const made = known.get(client);
  if (made !== undefined) return made;
  const lost = new Promise<never>((_, reject) => {
    client.once('error', reject);
    client.once('end', () => reject(new Error('the connection was closed')));
  });
  lost.catch(() => {});
  known.set(client, lost);
  return lost;
}
