import { existsSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { awaitBackfill, deploy } from '../../src/temporal';
import { server, startWorker } from './killed-workers';
import { slowConfig } from './slow-config';

test('a worker killed with -9 in the middle of a load, and started again, ends with exactly those rows', async () => {
  const folder = server.projectDir;
  const first = startWorker('slow-worker.js');
  const config = slowConfig(folder);
  await deploy({ client: server.client, config });
  while (!existsSync(path.join(folder, 'loading'))) await delay(20);
  first.kill('SIGKILL');
  writeFileSync(path.join(folder, 'go-on'), '');
  const second = startWorker('slow-worker.js');
  const end = await awaitBackfill({ client: server.client, workflowId: 'tidemark-slow-catchup' });
  expect(end).toMatchObject({ status: 'completed', result: { total: 1, loaded: 1, rows: 100 } });
  second.kill('SIGKILL');
  await new Promise((resolve) => second.once('exit', resolve));

  const [entry] = config.pipelines;
  const dataset = await entry!.pipeline.openDataset();
  const count = async (sql: string) => (await dataset.query(sql)).rows;
  expect(
    await count('select count(*)::int as n, count(distinct id)::int as d, min(ts)::int as first from events'),
  ).toEqual([{ n: 100, d: 100, first: 1704067200 }]);
  expect(await count('select count(*)::int as n from events__tags')).toEqual([{ n: 200 }]);
  expect(await dataset.ledger()).toMatchObject([
    {
      status: 'loaded',
      rows: 100,
      attempt: 2,
      interval_start: '2024-01-01T00:00:00Z',
      interval_end: '2024-01-02T00:00:00Z',
    },
  ]);
  await dataset.close();
}, 120_000);
