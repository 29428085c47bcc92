import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { postgres, withLoadWatch } from '../../../src/destination';
import { type PostgresServer, startPostgres } from '../../postgres/server';
import { ROOT } from '../../root';
import { temporaryFolder } from '../harness';

let server: PostgresServer;
const folder = temporaryFolder();

beforeAll(async () => {
  server = await startPostgres();
});
afterAll(() => server.close());

/** As a worker's loads are watched. */
const inWorker = <T>(work: () => Promise<T>): Promise<T> =>
  withLoadWatch({ lockWaitMs: 0, lingers: true }, work);

/** Opens a dataset, asks which of the server's processes answers, and closes it. */
async function backendOf(dataset: string): Promise<number> {
  const { host, port, user, password, database } = server;
  const opened = await postgres({ host, port, user, password, database, sslMode: 'disable' }).open({
    pipeline: 'p',
    dataset,
    workDir: folder,
  });
  const { rows } = await opened.query('SELECT pg_backend_pid() AS pid');
  await opened.close();
  return (rows[0] as { readonly pid: number }).pid;
}

beforeAll(() => server.sql('CREATE SCHEMA one; CREATE SCHEMA two'));

test("a worker's next load has the connection that the last one left, of another dataset, too", async () => {
  const first = await inWorker(() => backendOf('one'));
  expect(await inWorker(() => backendOf('one'))).toBe(first);
  expect(await inWorker(() => backendOf('two'))).toBe(first);
  expect(await server.sql('SELECT count(*)::int AS n FROM pg_stat_activity WHERE pid = $1', [first])).toEqual(
    [{ n: 1 }],
  );
});

test('elsewhere a connection ends with its dataset', async () => {
  const first = await inWorker(() => backendOf('one'));
  expect(await backendOf('one')).toBe(first);
  expect(await backendOf('one')).not.toBe(first);
});

test('two at a time never have the same one', async () => {
  const pids = await inWorker(() => Promise.all([backendOf('one'), backendOf('one'), backendOf('two')]));
  expect(new Set(pids).size).toBe(3);
  const again = await inWorker(() => Promise.all([backendOf('two'), backendOf('one'), backendOf('one')]));
  expect(new Set(again)).toEqual(new Set(pids));
});

test('one that the server has ended meanwhile is replaced', async () => {
  const first = await inWorker(() => backendOf('one'));
  await server.sql(
    'SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE pid <> pg_backend_pid()',
  );
  expect(await inWorker(() => backendOf('one'))).not.toBe(first);
});

test('a program that has kept connections is not kept running by them', () => {
  const { host, port, user, password, database } = server;
  const script = `
    const { postgres, withLoadWatch } = require(${JSON.stringify(path.join(ROOT, 'dist/src/destination'))});
    const options = ${JSON.stringify({ host, port, user, password, database, sslMode: 'disable' })};
    const ref = { pipeline: 'p', dataset: 'one', workDir: ${JSON.stringify(folder)} };
    const what = () => process.getActiveResourcesInfo().filter((one) => /TCP|Timeout/.test(one));
    withLoadWatch({ lockWaitMs: 0, lingers: true }, async () => {
      const dataset = await postgres(options).open(ref);
      await dataset.query('SELECT 1');
      const open = what();
      await dataset.close();
      console.log(JSON.stringify([open, what()]));
    });`;
  const { stdout, stderr } = spawnSync(process.execPath, ['-e', script], { encoding: 'utf8' });
  expect(stderr).toBe('');
  expect(JSON.parse(stdout)).toEqual([['TCPSocketWrap'], []]);
});
