import { type RunPlan, WORKFLOWS } from '../../src/contracts';
import { awaitRun } from '../../src/temporal';
import { env } from './env-of-tests';
import { failure, type ScriptedActivities, scriptedActivities } from './plan-activities';

let count = 0;

async function run(activities: ScriptedActivities) {
  const taskQueue = `hooks-${count++}`;
  const worker = await env.work(taskQueue, activities);
  const workflowId = `${taskQueue}-run`;
  const args = [{ version: 1, pipeline: 'p' }];
  await env.access.client.workflow.start(WORKFLOWS.loadInterval, { workflowId, taskQueue, args });
  const end = await awaitRun({ client: env.access.client, workflowId });
  await worker.stop();
  return end;
}

const plan: Partial<RunPlan> = { hooks: true };

describe('the hooks of a run', () => {
  test('are told of its outcome, with the source of each resource', async () => {
    const activities = scriptedActivities({ plan, tasks: ['a', 'b'] });
    expect(await run(activities)).toMatchObject({ status: 'completed' });
    expect(activities.told).toMatchObject([
      { pipeline: 'p', outcomes: [{ resource: 'a' }, { resource: 'b' }], sources: { a: 's', b: 's' } },
    ]);
  });

  test('are told of a failure before the run fails with it', async () => {
    const load = () => Promise.reject(failure('LOST', false));
    const activities = scriptedActivities({ plan, load });
    expect(await run(activities)).toMatchObject({ status: 'failed', error: { code: 'RUN_FAILED' } });
    expect(activities.told).toMatchObject([{ outcomes: [{ status: 'failed', error: { code: 'LOST' } }] }]);
  });

  test('are told of a run that could not even be planned', async () => {
    const activities = {
      ...scriptedActivities({ plan }),
      tidemarkPlanInterval: () => Promise.reject(failure('PIPELINE_UNKNOWN', false)),
    };
    expect(await run(activities)).toMatchObject({ status: 'failed', error: { code: 'PIPELINE_UNKNOWN' } });
    expect(activities.told).toMatchObject([
      { pipeline: 'p', interval: null, outcomes: [], error: { code: 'PIPELINE_UNKNOWN' } },
    ]);
  });

  test('change nothing about the run if they cannot be told', async () => {
    const activities = {
      ...scriptedActivities({ plan }),
      tidemarkRunHooks: () => Promise.reject(failure('INTERNAL', false)),
    };
    expect(await run(activities)).toMatchObject({ status: 'completed' });
  });

  test('are asked for nothing where there are none', async () => {
    const activities = scriptedActivities({});
    await run(activities);
    expect(activities.told).toEqual([]);
  });
});
