import { type ChildProcess, fork } from 'node:child_process';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { awaitBackfill, deploy } from '../../src/temporal';
import { LIMIT, sharedRateConfig } from './shared-rate-config';
import { startTestServer } from './test-server';

let server: Awaited<ReturnType<typeof startTestServer>>;
let api: Server;
let arrivals: { readonly at: number; readonly by: string }[] = [];
let refused = 0;
const workers: ChildProcess[] = [];

beforeAll(async () => {
  server = await startTestServer();
  // an account with a limit over any window, as Stripe's or Zendesk's: 429 beyond it
  api = createServer(({ url }, answer) => {
    const at = performance.now();
    arrivals.push({ at, by: url!.split('/')[1]! });
    const within = arrivals.filter((one) => one.at > at - LIMIT.perMs).length;
    answer.statusCode = within > LIMIT.requests ? 429 : 200;
    if (answer.statusCode === 429) {
      refused += 1;
      answer.setHeader('retry-after', '1');
    }
    answer.setHeader('content-type', 'application/json').end(JSON.stringify({ url }));
  });
  await new Promise<void>((resolve) => api.listen(0, '127.0.0.1', resolve));
}, 180_000);
afterAll(async () => {
  for (const worker of workers) worker.kill('SIGKILL');
  api.closeAllConnections();
  api.close();
  await server.close();
});

/** Two worker processes load two pipelines of one account; which of them asked, and how often it was refused. */
async function loadWithTwo(scope: string): Promise<void> {
  arrivals = [];
  refused = 0;
  const url = `http://127.0.0.1:${(api.address() as AddressInfo).port}`;
  const config = sharedRateConfig(server.projectDir, url, scope);
  const args = [server.address, server.projectDir, url, scope];
  const both = [0, 1].map(() => fork(path.join(__dirname, 'shared-rate-worker.js'), args));
  workers.push(...both);
  await Promise.all(both.map((worker) => new Promise((resolve) => worker.once('message', resolve))));
  await deploy({ client: server.client, config });
  const ends = await Promise.all(
    ['one', 'two'].map((name) =>
      awaitBackfill({ client: server.client, workflowId: `tidemark-${scope}_${name}-catchup` }),
    ),
  );
  for (const end of ends) expect(end).toMatchObject({ status: 'completed', result: { total: 1, loaded: 1 } });
  for (const worker of both) {
    worker.kill('SIGKILL');
    await new Promise((resolve) => worker.once('exit', resolve));
  }
}

describe('the rate limit of an account that two worker processes ask at once', () => {
  test('is kept by both together where it has a scope', async () => {
    await loadWithTwo('acme');
    expect(refused).toBe(0);
    // every page came, and the loads ran beside each other
    expect(arrivals).toHaveLength(80);
    const last = (by: string): number => arrivals.findLastIndex((one) => one.by === by);
    const first = (by: string): number => arrivals.findIndex((one) => one.by === by);
    expect(first('two')).toBeLessThan(last('one'));
    expect(first('one')).toBeLessThan(last('two'));
  }, 120_000);

  test('is exceeded without one, where each process keeps to it by itself', async () => {
    await loadWithTwo('none');
    expect(refused).toBeGreaterThan(0);
  }, 120_000);
});
