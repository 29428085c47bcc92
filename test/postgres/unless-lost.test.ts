import { EventEmitter } from 'node:events';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { Client } from 'pg';
import { unlessLost, watchConnection } from '../../src/postgres-client';

/** What a connection tells of its end. */
const connection = (): Client => new EventEmitter() as unknown as Client;

describe('work on a connection', () => {
  test('gives what it gives, or its own error', async () => {
    const client = connection();
    expect(await unlessLost(client, Promise.resolve(1))).toBe(1);
    await expect(unlessLost(client, Promise.reject(new Error('its own')))).rejects.toThrow('its own');
  });

  test('ends with the connection, whenever that was lost', async () => {
    const client = connection();
    watchConnection(client);
    const endless = new Promise<never>(() => {});
    const waiting = [unlessLost(client, endless), unlessLost(client, endless)];
    client.emit('error', new Error('cut'));
    client.emit('end');
    for (const work of waiting) await expect(work).rejects.toThrow('cut');
    await expect(unlessLost(client, Promise.resolve(1))).rejects.toThrow('cut');
  });

  test('keeps nothing of work that has ended, however much there was', async () => {
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('gc') as () => void;
    const client = connection();
    const parts: WeakRef<object>[] = [];
    for (let part = 0; part < 50; part += 1) {
      const given = await unlessLost(client, Promise.resolve({ rows: [part] }));
      parts.push(new WeakRef(given));
    }
    await new Promise((resolve) => setImmediate(resolve));
    collect();
    // the last one may still be held by the loop
    expect(parts.filter((part) => part.deref() !== undefined).length).toBeLessThan(3);
    expect(client.listenerCount('error')).toBe(1);
  });
});
