import { existsSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { tsToMs } from '@temporalio/common/lib/time';
import { awaitBackfill, awaitRun, startBackfill, startRun } from '../../src/temporal';
import { HELD, heldConfig } from './held-config';
import { server, startWorker } from './killed-workers';

/** The activity of this name in a run's history: after how many tries it was done, and how long after it was asked for. */
async function activityOf(workflowId: string, name: string) {
  const { events } = await server.client.workflow.getHandle(workflowId).fetchHistory();
  const scheduled = (events ?? []).filter(
    ({ activityTaskScheduledEventAttributes: of }) => of?.activityType?.name === name,
  );
  const ends = (events ?? []).flatMap(
    ({ activityTaskCompletedEventAttributes: done, activityTaskTimedOutEventAttributes: late }) =>
      [done?.scheduledEventId, late?.scheduledEventId].filter((id) => id !== undefined),
  );
  const started = (events ?? []).filter(({ activityTaskStartedEventAttributes: of }) =>
    scheduled.some(({ eventId }) => String(eventId) === String(of?.scheduledEventId)),
  );
  const [first, last] = [scheduled[0], started.at(-1)];
  return {
    tries: Math.max(
      scheduled.length,
      ...started.map(({ activityTaskStartedEventAttributes: of }) => of?.attempt ?? 1),
    ),
    ended: ends.length > 0,
    seconds: (tsToMs(last?.eventTime) - tsToMs(first?.eventTime)) / 1000,
  };
}

test('whatever a worker did when it was killed with -9, another one goes on within 40 seconds', async () => {
  const folder = server.projectDir;
  const config = heldConfig(folder);
  const starter = { client: server.client, config };
  const first = startWorker('held-worker.js', 'hold');
  const date = { from: '2024-01-01', to: '2024-01-02' };
  const ids = new Map<keyof typeof HELD, string>();
  for (const name of Object.keys(HELD) as (keyof typeof HELD)[]) {
    const start = name === 'paging' ? startBackfill : startRun;
    ids.set(name, (await start(starter, { pipeline: name, ...date })).workflowId);
  }
  for (const name of ids.keys()) while (!existsSync(path.join(folder, `held-${name}`))) await delay(20);
  first.kill('SIGKILL');
  startWorker('held-worker.js');

  for (const [name, workflowId] of ids) {
    const of = { client: server.client, workflowId };

    const end = name === 'paging' ? await awaitBackfill(of) : await awaitRun(of);
    expect({ name, status: end?.status }).toEqual({
      name,
      status: name === 'recording' ? 'failed' : 'completed',
    });
    const { tries, seconds } = await activityOf(workflowId, HELD[name]);
    expect({ name, tries, inTime: seconds < 40 }).toEqual({ name, tries: 2, inTime: true });
    // what comes after a plan heeds what the deployment says of silence
    if (name !== 'planning' && name !== 'paging') expect(seconds).toBeLessThan(25);
  }
}, 150_000);
