import { createHash } from 'node:crypto';
import type { Client } from 'pg';
import type { ConnectionSettings } from '../../postgres-client';
import { loadWatch } from '../load-watch';

/** What the driver's types don't tell of: whether a connection keeps the program running. */
interface Holding {
  ref(): void;
  unref(): void;
}

/** How long a connection is kept that nobody uses. */
const IDLE_MS = 10_000;

/** A connection that nobody uses, until its time is over. */
interface Kept {
  readonly client: Client;
  forget(): void;
}

const kept = new Map<string, Kept[]>();

/** Connections to one place, kept for the next who needs one. */
export interface KeptConnections {
  take(): Client | undefined;
  /** Keeps a connection for a while where more loads are expected, as in a worker; ends it elsewhere. */
  retire(client: Client): Promise<void>;
}

/**
 * A load opens its dataset and closes it again; making a connection costs a small one as much as its statements do. So what
 * one leaves is there for the next. No program is kept running by that.
 */
export function keptConnections(settings: ConnectionSettings): KeptConnections {
  // settings have secrets: a hash stands for them
  const key = createHash('sha256').update(JSON.stringify(settings)).digest('base64');
  return {
    take() {
      const found = kept.get(key)?.at(-1);
      found?.forget();
      if (found !== undefined) holding(found.client).ref();
      return found?.client;
    },

    async retire(client) {
      if (loadWatch()?.lingers === true) keep(key, client);
      else await client.end().catch(() => {});
    },
  };
}

const holding = (client: Client): Holding => client as unknown as Holding;

function keep(key: string, client: Client): void {
  const list = kept.get(key) ?? [];
  const forget = (): void => {
    clearTimeout(timer);
    client.off('error', forget);
    client.off('end', forget);
    list.splice(list.indexOf(one), 1);
    if (list.length === 0) kept.delete(key);
  };
  const one: Kept = { client, forget };
  const timer = setTimeout(() => {
    forget();
    void client.end().catch(() => {});
  }, IDLE_MS).unref();
  holding(client).unref();
  client.once('error', forget);
  client.once('end', forget);
  list.push(one);
  kept.set(key, list);
}
