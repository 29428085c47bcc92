import { WithStartWorkflowOperation } from '@temporalio/client';
import {
  type RateAsk,
  type RateGrant,
  type RatesInput,
  ratesId,
  UPDATES,
  WORKFLOWS,
} from '../../src/contracts';
import { env } from './env-of-tests';

const LIMIT = { requests: 20, perMs: 3_600_000 };

test('a limiter that continues as new, while workers ask, forgets none of the requests that it gave out', async () => {
  const taskQueue = 'rates';
  await env.work(taskQueue, {});
  const { workflow } = env.access.client;
  const workflowId = ratesId(taskQueue, 'acme');
  const args: [RatesInput] = [{ version: 1, continueAfter: 3 }];
  const runs = new Set<string>();
  let number = 0;
  /** As a worker asks: what isn't answered, since a run ends just then, is asked again. */
  const asked = async (holder: string, used: number): Promise<RateGrant> => {
    for (;;) {
      number += 1;
      const ask: RateAsk = {
        version: 1,
        holder,
        number,
        ...LIMIT,
        started: [used],
        used,
        ranOut: true,
        pausedMs: 0,
      };
      const startWorkflowOperation = new WithStartWorkflowOperation<(input: RatesInput) => Promise<void>>(
        WORKFLOWS.rates,
        { workflowId, taskQueue, args, workflowIdConflictPolicy: 'USE_EXISTING' },
      );
      const grant = await workflow
        .executeUpdateWithStart<(input: RatesInput) => Promise<void>, RateGrant, [RateAsk]>(UPDATES.askRate, {
          args: [ask],
          startWorkflowOperation,
        })
        .catch(() => undefined);
      runs.add((await workflow.getHandle(workflowId).describe()).runId);
      if (grant !== undefined) return grant;
    }
  };
  let given = 0;
  // each worker uses all that it gets, and dies without a word
  for (let worker = 0; worker < 12; worker += 1) {
    const { budget } = await asked(`w${worker}`, 0);
    given += budget;
  }
  expect(given).toBeGreaterThan(1);
  let used = 0;
  for (let grant = await asked('last', 0); grant.budget > 0; grant = await asked('last', used))
    used += grant.budget;
  expect(given + used).toBe(LIMIT.requests);
  expect(runs.size).toBeGreaterThan(2);
  await workflow.getHandle(workflowId).terminate();
}, 120_000);
