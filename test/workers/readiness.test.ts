import { request } from 'node:http';
import type { Connection } from '@temporalio/client';
import { readinessOf, startHealthServer } from '../../workers';
import { prometheusMetrics } from '../../workers/prometheus';

type Service = Parameters<typeof readinessOf>[1];

/** A server that answers or doesn't. */
const connection = (answers: () => boolean): Service => ({
  withDeadline: (_deadline, work) => work(),
  workflowService: {
    getSystemInfo: () => (answers() ? Promise.resolve({}) : Promise.reject(new Error('gone'))),
  } as unknown as Connection['workflowService'],
});

test('a worker lives from the start, and is ready only while it polls and its server answers', async () => {
  let polls: (() => boolean) | undefined;
  let answers = true;
  const worker = () => (polls === undefined ? undefined : { polls });
  const readiness = readinessOf(
    worker,
    connection(() => answers),
  );
  const health = await startHealthServer({ port: 0, readiness });
  const get = async (path: string): Promise<[number, string]> => {
    const response = await fetch(`http://127.0.0.1:${health.port}${path}`);
    return [response.status, (await response.text()).trim()];
  };
  expect(await get('/healthz')).toEqual([200, 'ok']);
  expect(await get('/readyz')).toEqual([503, 'the worker is starting']);
  polls = () => true;
  expect(await get('/readyz')).toEqual([200, 'ok']);
  answers = false;
  expect(await get('/readyz')).toEqual([503, 'Temporal does not answer']);
  answers = true;
  polls = () => false;
  expect(await get('/readyz')).toEqual([503, 'the worker is stopping']);
  expect((await get('/'))[0]).toBe(404);
  await health.close();
});

test.each([
  ['//', 400],
  ['//:', 400],
  ['http://[', 400],
  ['/healthz%', 404],
  ['*', 404],
  ['http://worker:1/healthz', 200],
])('a probe of %s is answered with %i, and the next one as ever', async (target, status) => {
  const health = await startHealthServer({ port: 0, readiness: () => Promise.resolve(undefined) });
  const ask = (path: string): Promise<number | undefined> =>
    new Promise((resolve, reject) => {
      request({ host: '127.0.0.1', port: health.port, path, agent: false }, (response) => {
        response.resume().once('end', () => resolve(response.statusCode));
      })
        .once('error', reject)
        .end();
    });
  expect(await ask(target)).toBe(status);
  expect(await ask('/readyz')).toBe(200);
  await health.close();
});

test('health and metrics are answered to this machine only, unless another address is given', async () => {
  const readiness = (): Promise<undefined> => Promise.resolve(undefined);
  const health = await startHealthServer({ port: 0, readiness });
  // the whole of 127.0.0.0/8 is this machine, but not the address listened at
  await expect(fetch(`http://127.0.0.2:${health.port}/healthz`)).rejects.toThrow('fetch failed');
  await health.close();
  const open = await startHealthServer({ host: '0.0.0.0', port: 0, readiness });
  expect((await fetch(`http://127.0.0.2:${open.port}/healthz`)).status).toBe(200);
  await open.close();
  const bound = (address: Parameters<typeof prometheusMetrics>[0]): unknown =>
    prometheusMetrics(address).prometheus.bindAddress;
  expect(bound({ port: 9464 })).toBe('127.0.0.1:9464');
  expect(bound({ host: '0.0.0.0', port: 9464 })).toBe('0.0.0.0:9464');
  expect(bound({ host: '::1', port: 9464 })).toBe('[::1]:9464');
});
