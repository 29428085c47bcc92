import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger } from '@temporalio/worker';
import { createActivities } from '../../activities';
import type { PlanIntervalInput } from '../../src/contracts';
import { fakeConfig, fakeEngine, fakePipeline, fakeSource } from '../temporal/fake-engine';

test('what is bound for a run and does not fit is refused with its plan, for good', async () => {
  const config = fakeConfig([{ pipeline: fakePipeline('p'), source: () => fakeSource('s', ['a', 'b']) }]);
  const { tidemarkPlanInterval } = createActivities({ config, engine: fakeEngine() });
  const environment = new MockActivityEnvironment(undefined, { logger: new DefaultLogger('ERROR') });
  const input: PlanIntervalInput = {
    ...{ version: 1, kind: 'manual', startedAt: '2024-01-02T00:00:00Z', origin: 'origin' },
    run: { version: 1, pipeline: 'p', time: { kind: 'now' }, bind: { b: { absent: 1 } } },
  };
  const planning = environment.run(tidemarkPlanInterval, input);
  await expect(planning).rejects.toMatchObject({ type: 'PARAM_INVALID', nonRetryable: true });
});
