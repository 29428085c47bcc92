import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { createActivities } from '../../activities';
import { whileBeating } from '../../activities/heartbeats';
import type { TidemarkActivities } from '../../src/contracts';
import { createWorker } from '../../workers';
import { HELD, heldConfig } from './held-config';

/** Silence after which a worker of this deployment is taken for dead, once a run is planned. */
const HEARTBEAT_TIMEOUT_MS = 3_000;

type Activity = (input: never) => Promise<unknown>;

/** Activities of which each beats and never ends for the pipeline that is named for it, and says in a file that it was begun. */
function holding(activities: TidemarkActivities, folder: string): Record<string, Activity> {
  const held: Record<string, Activity> = { ...activities };
  for (const [pipeline, name] of Object.entries(HELD)) {
    const activity = activities[name] as Activity;
    held[name] = (input: { readonly pipeline?: string; readonly run?: { readonly pipeline: string } }) => {
      if ((input.pipeline ?? input.run?.pipeline) !== pipeline) return activity(input as never);
      writeFileSync(path.join(folder, `held-${pipeline}`), '');
      return whileBeating(() => new Promise(() => undefined));
    };
  }
  return held;
}

/** A worker process for the address and folder that it is given; with `hold` it hangs in each activity. It ends when it is killed. */
async function main([address = '', folder = '', hold = '']: readonly string[]): Promise<void> {
  const config = heldConfig(folder);
  const options = { config, heartbeatTimeoutMs: HEARTBEAT_TIMEOUT_MS };
  const worker = await createWorker({
    access: { connectOptions: { address, namespace: 'default' } },
    ...options,
    ...(hold === 'hold' && { worker: { activities: holding(createActivities(options), folder) } }),
  });
  await worker.ended;
}

void main(process.argv.slice(2));
