import { WithStartWorkflowOperation } from '@temporalio/client';
import {
  type HomeAnswer,
  type HomeAsk,
  type HomeInput,
  homeId,
  UPDATES,
  WORKFLOWS,
} from '../../src/contracts';
import { forgetHome, readHome } from '../../src/temporal';
import { env } from './env-of-tests';

test('the home of a dataset is known still after the workflow continued as new', async () => {
  const taskQueue = 'homes';
  await env.work(taskQueue, {});
  const { workflow } = env.access.client;
  const workflowId = homeId(taskQueue, 'shop.duckdb/data');
  const args: [HomeInput] = [{ version: 1, continueAfter: 2 }];
  const runs = new Set<string>();
  /** As a worker asks: what isn't answered, since a run ends just then, is asked again. */
  const asked = async (host: string, datasetId?: string): Promise<HomeAnswer> => {
    for (;;) {
      const startWorkflowOperation = new WithStartWorkflowOperation<(input: HomeInput) => Promise<void>>(
        WORKFLOWS.home,
        { workflowId, taskQueue, args, workflowIdConflictPolicy: 'USE_EXISTING' },
      );
      const answer = await workflow
        .executeUpdateWithStart<(input: HomeInput) => Promise<void>, HomeAnswer, [HomeAsk]>(UPDATES.askHome, {
          args: [{ version: 1, host, location: `/${host}`, datasetId }],
          startWorkflowOperation,
        })
        .catch(() => undefined);
      runs.add((await workflow.getHandle(workflowId).describe()).runId);
      if (answer !== undefined) return answer;
    }
  };
  const known = () => readHome(env.access.client, taskQueue, 'shop.duckdb/data');
  expect(await known()).toBeUndefined();
  expect(await asked('a')).toMatchObject({ accepted: true });
  expect(await asked('a', 'x')).toMatchObject({ accepted: true });
  for (let again = 0; again < 5; again += 1)
    expect(await asked('b')).toEqual({
      accepted: false,
      home: { host: 'a', location: '/a', datasetId: 'x' },
    });
  expect(await known()).toEqual({ host: 'a', location: '/a', datasetId: 'x' });
  expect(await asked('b', 'x')).toMatchObject({ accepted: true });
  expect(await asked('a')).toMatchObject({ accepted: false, home: { host: 'b' } });
  expect(runs.size).toBeGreaterThan(2);
  expect(await known()).toEqual({ host: 'b', location: '/b', datasetId: 'x' });
  expect(await forgetHome(env.access.client, taskQueue, 'shop.duckdb/data')).toBe(true);
  expect(await known()).toBeUndefined();
  expect(await forgetHome(env.access.client, taskQueue, 'shop.duckdb/data')).toBe(false);
});
