import { existsSync, readFileSync } from 'node:fs';
import { Secret } from '../../../src/config';
import { withLoadWatch } from '../../../src/destination';
import { connectionSettings, connectToPostgres } from '../../../src/postgres-client';
import { standBetween } from '../../postgres/between';
import { overDriver } from '../../postgres/destinations';
import { type PostgresServer, startPostgres } from '../../postgres/server';
import { commit, rowsOf, temporaryFolder } from '../harness';

let server: PostgresServer;
const folder = temporaryFolder();

beforeAll(async () => {
  server = await startPostgres();
});
afterAll(() => server.close());

/** Stands before the server; what it has connected can vanish: nothing comes through any more, and nobody is told. */
async function startVanishing() {
  let connections = 0;
  const between = await standBetween(server, ({ client, upstream }) => {
    connections += 1;
    client.pipe(upstream);
    upstream.pipe(client);
  });
  return {
    ...between,
    connections: () => connections,
    vanish() {
      for (const socket of between.sockets) {
        socket.unpipe();
        socket.pause();
      }
    },
  };
}

test.each([
  ['that its dataset has kept', false],
  ['that another load has left', true],
])('a connection %s and that does not answer any more is replaced', async (_which, left) => {
  const between = await startVanishing();
  const database = left ? 'of_another' : 'its_own';
  await server.sql(`CREATE DATABASE ${database}`);
  const destination = overDriver({ ...server, port: between.port }, database, {});
  const open = () => destination.open({ pipeline: 'p', dataset: 'data', workDir: folder });
  await withLoadWatch({ lockWaitMs: 0, lingers: true }, async () => {
    let dataset = await open();
    await commit(dataset, { resources: [{ rows: [{ id: 1 }] }] });
    if (left) {
      await dataset.close();
      dataset = await open();
    }
    expect(between.connections()).toBe(1);
    between.vanish();
    await commit(dataset, { resources: [{ rows: [{ id: 2 }] }] });
    expect(between.connections()).toBe(2);
    expect(await rowsOf(dataset, 'SELECT id FROM items ORDER BY id')).toEqual([{ id: 1 }, { id: 2 }]);
    await dataset.close();
  });
  await between.close();
});

const TCP = '/proc/net/tcp';

/** Hundredths of a second until the system asks whether the other side is there, of the connections from a port. */
function asksWithin(port: number): readonly number[] {
  const keepAlive = '02';
  return readFileSync(TCP, 'utf8')
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .filter(([, local]) => local?.endsWith(`:${port.toString(16).toUpperCase().padStart(4, '0')}`))
    .map(([, , , , , timer]) => timer!.split(':') as [string, string])
    .flatMap(([kind, left]) => (kind === keepAlive ? Number.parseInt(left, 16) : []));
}

// other systems don't tell
(existsSync(TCP) ? test : test.skip)(
  'a client that waits for an answer asks after half a minute whether the server is there',
  async () => {
    const { host, port, user, database } = server;
    const password = new Secret(server.password, { key: 'password' });
    const client = await connectToPostgres(
      connectionSettings({ host, port, user, password, database, sslMode: 'disable' }),
    );
    const { rows } = await client.query(
      'SELECT client_port AS port FROM pg_stat_activity WHERE pid = pg_backend_pid()',
    );
    const [left] = asksWithin(Number(rows[0].port));
    expect(left).toBeGreaterThan(0);
    expect(left).toBeLessThanOrEqual(3000);
    await client.end();
  },
);
