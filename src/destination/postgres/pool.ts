import type { Client } from 'pg';
import { TidemarkError } from '../../errors';
import type { KeptConnections } from './kept-connections';
import { type Turn, turns } from './turns';

/** Connections of one place, used by one piece of work at a time and kept open between. */
export interface Pool {
  /** Runs work on a connection that is its own meanwhile; waits while all are in use. @throws USAGE where that can't end */
  use<T>(work: (client: Client, drop: () => void) => Promise<T>, turn: Turn): Promise<T>;
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
  /** Milliseconds after which readers of results that take no row count as waiting for who waits for them. */
  readonly stuckAfter: number;
}

export function connectionPool({ connect, kept, most, stuckAfter }: PoolOptions): Pool {
  const idle: Client[] = [];
  const watched = new Map<Client, () => void>();
  const { take, give } = turns({ most, stuckAfter, stuck: () => heldByReaders(most) });
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

  async function taken(turn: Turn): Promise<Client> {
    await take(turn);
    for (let known = idle.pop(); known !== undefined; known = idle.pop()) {
      if (await answers(known)) return known;
      unwatch(known);
    }
    return connected();
  }

  return {
    async use(work, { reader }) {
      // one of its own, by which it is told from others
      const turn: Turn = { reader };
      let client: Client | undefined;
      let usable = true;
      const broken = (): void => {
        usable = false;
      };
      try {
        client = await taken(turn);
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
        give(turn);
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

function heldByReaders(most: number): TidemarkError {
  const all = most === 1 ? 'The only connection is' : `All ${most} connections are`;
  return new TidemarkError(
    'USAGE',
    `${all} held by results whose rows are not read on, so that nothing else can be read: whoever asks between two rows of a result needs another connection. Read that result to its end first (toArray()), or set "maxConnections" of postgres() above ${most}.`,
    { details: { maxConnections: most } },
  );
}

/** An answer takes one way to the server and back. */
const ANSWERS_WITHIN_MS = 5000;

/**
 * A server may have ended a connection, or have vanished, without its client having heard of it: asked before there is something
 * to lose. One that doesn't answer is ended, and nobody waits for that.
 */
async function answers(client: Client): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const silent = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('no answer')), ANSWERS_WITHIN_MS);
  });
  try {
    await Promise.race([client.query(''), silent]);
    return true;
  } catch {
    void client.end().catch(() => {});
    return false;
  } finally {
    clearTimeout(timer);
  }
}
