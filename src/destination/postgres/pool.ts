import type { Client } from 'pg';
import type { KeptConnections } from './kept-connections';

/** Connections of one place, used by one piece of work at a time and kept open between. */
export interface Pool {
  /** Runs work on a connection that is its own meanwhile; waits while all are in use. */
  use<T>(work: (client: Client, drop: () => void) => Promise<T>): Promise<T>;
  /** Ends the connections that nobody uses; those in use end when they are given back. */
  end(): Promise<void>;
}

interface PoolOptions {
  /** Makes a connection that `error` or `end` tell the end of. */
  readonly connect: () => Promise<Client>;
  /** Connections that others have left; they may have ended. */
  readonly kept: KeptConnections;
  /** Connections at a time. */
  readonly most: number;
}

export function connectionPool({ connect, kept, most }: PoolOptions): Pool {
  const idle: Client[] = [];
  const watched = new Map<Client, () => void>();
  const waiting: (() => void)[] = [];
  let used = 0;
  let ended = false;

  async function connected(): Promise<Client> {
    const client = (await left()) ?? (await connect());
    // a server may close a connection that nobody uses
    const gone = (): void => {
      const at = idle.indexOf(client);
      if (at >= 0) idle.splice(at, 1);
    };
    client.on('error', gone);
    client.once('end', gone);
    watched.set(client, gone);
    return client;
  }

  /** One that others have left and that still answers. */
  async function left(): Promise<Client | undefined> {
    for (let client = kept.take(); client !== undefined; client = kept.take())
      if (await answers(client)) return client;
    return undefined;
  }

  function unwatch(client: Client): void {
    const gone = watched.get(client);
    if (gone === undefined) return;
    client.off('error', gone);
    client.off('end', gone);
    watched.delete(client);
  }

  async function taken(): Promise<Client> {
    if (used >= most) await new Promise<void>((resolve) => waiting.push(resolve));
    else used += 1;
    for (let known = idle.pop(); known !== undefined; known = idle.pop())
      if (await answers(known)) return known;
    return connected();
  }

  function given(): void {
    const next = waiting.shift();
    if (next === undefined) used -= 1;
    else next();
  }

  return {
    async use(work) {
      let client: Client | undefined;
      let usable = true;
      const broken = (): void => {
        usable = false;
      };
      try {
        client = await taken();
        client.once('error', broken);
        client.once('end', broken);
        return await work(client, broken);
      } finally {
        client?.off('error', broken);
        client?.off('end', broken);
        if (client !== undefined && usable && !ended) idle.push(client);
        else if (client !== undefined) {
          unwatch(client);
          if (usable) await kept.retire(client);
          else await client.end().catch(() => {});
        }
        given();
      }
    },

    async end() {
      ended = true;
      await Promise.all(
        idle.splice(0).map((client) => {
          unwatch(client);
          return kept.retire(client);
        }),
      );
    },
  };
}

/** A server may have ended a connection without its client having heard of it: asked before there is something to lose. */
async function answers(client: Client): Promise<boolean> {
  try {
    await client.query('');
    return true;
  } catch {
    await client.end().catch(() => {});
    return false;
  }
}
