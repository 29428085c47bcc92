import type { Client } from 'pg';

/** What waits on a connection, and why it was lost once it was. */
interface Watch {
  readonly waiting: Set<(reason: unknown) => void>;
  lost: { readonly reason: unknown } | undefined;
}

const watches = new WeakMap<Client, Watch>();

function watchOf(client: Client): Watch {
  const known = watches.get(client);
  if (known !== undefined) return known;
  const watch: Watch = { waiting: new Set(), lost: undefined };
  const end = (reason: unknown): void => {
    watch.lost ??= { reason };
    for (const reject of watch.waiting) reject(reason);
    watch.waiting.clear();
  };
  client.once('error', end);
  client.once('end', () => end(new Error('the connection was closed')));
  watches.set(client, watch);
  return watch;
}

/** Has to be called once before work begins, so that a loss before the first wait is known. */
export function watchConnection(client: Client): void {
  watchOf(client);
}

/**
 * What work on a connection gives, or the reason why the connection was lost meanwhile: a cursor (pg-cursor) that is asked for
 * rows after that would wait for ever. Nothing is kept of work that has ended.
 */
export function unlessLost<T>(client: Client, work: Promise<T>): Promise<T> {
  const watch = watchOf(client);
  return new Promise<T>((resolve, reject) => {
    if (watch.lost !== undefined) {
      work.catch(() => {});
      reject(watch.lost.reason);
      return;
    }
    watch.waiting.add(reject);
    const done = (): void => void watch.waiting.delete(reject);
    work.then(
      (value) => {
        done();
        resolve(value);
      },
      (error: unknown) => {
        done();
        reject(error);
      },
    );
  });
}
