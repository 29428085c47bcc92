import type { Connection } from '@temporalio/client';
import { readinessOf, startHealthServer } from '../../workers';

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
