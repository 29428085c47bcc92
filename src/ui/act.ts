import { scheduleId } from '../contracts';
import { TidemarkError } from '../errors';
import type { StartedRun, TidemarkClient } from '../operate';
import type { Action } from './api';

/** What an action led to. */
export interface Acted {
  /** In a sentence, or two. */
  readonly message: string;
  /** Of what was started. */
  readonly workflowId: string | undefined;
}

/**
 * Does what a person asked for, once {@link checkNamed} has taken it.
 * @throws USAGE and what else the client refuses; TEMPORAL_UNAVAILABLE, TEMPORAL_NOT_INSTALLED, SERVER_START_FAILED
 */
export async function act(client: TidemarkClient, action: Action): Promise<Acted> {
  switch (action.kind) {
    case 'backfill':
      return started(client, await client.startBackfill(action.request), 'backfill');
    case 'run':
      return started(client, await client.startRun(action.request), 'run');
    case 'pause':
      await client.pause(action.what, action.reason);
      return done(`"${action.what}" is paused; what runs of it goes on.`);
    case 'resume': {
      const unwritten = await client.resume(action.what);
      const resumed = `"${action.what}" goes on.`;
      return done(
        unwritten === undefined ? resumed : `${resumed} The ledger doesn't say what was paused: ${unwritten}`,
      );
    }
    case 'resize':
      await client.resize(action.workflowId, action.parallel);
      return done(`"${action.workflowId}" runs ${action.parallel} at a time from now on.`);
    case 'cancel':
      await client.cancel(action.workflowId);
      return done(`"${action.workflowId}" was asked to cancel; a load that is committing finishes.`);
  }
}

/** The pipeline that an action is about; undefined where it names none of the config. */
export function pipelineOf(client: TidemarkClient, action: Action): string | undefined {
  if ('request' in action) return action.request.pipeline;
  const named = 'what' in action ? action.what : action.workflowId;
  return ownerOf(client, named);
}

const done = (message: string): Acted => ({ message, workflowId: undefined });

async function started(
  client: TidemarkClient,
  { workflowId, attached }: StartedRun,
  what: 'backfill' | 'run',
): Promise<Acted> {
  const begun = attached
    ? `This ${what} is under way already: "${workflowId}".`
    : `The ${what} has started: "${workflowId}".`;
  // that it can't be said changes nothing of what was done
  const works = await client.hasWorker().catch(() => true);
  return {
    message: works ? begun : `${begun} It waits for a worker: start "tidemark dev" or "tidemark worker".`,
    workflowId,
  };
}

/** The pipeline of the config that has this name, or that began this workflow. */
function ownerOf({ config }: TidemarkClient, named: string): string | undefined {
  return config.pipelines
    .map(({ name }) => name)
    .filter((name) => named === name || named.startsWith(`${scheduleId(name)}-`))
    .sort((a, b) => b.length - a.length)[0];
}

/**
 * Refuses what names nothing of this config: a server may have workflows of others.
 * @throws PIPELINE_UNKNOWN, USAGE
 */
export function checkNamed(client: TidemarkClient, action: Action): void {
  if ('request' in action) {
    client.entry(action.request.pipeline);
    return;
  }
  const named = 'what' in action ? action.what : action.workflowId;
  if (ownerOf(client, named) === undefined)
    throw new TidemarkError(
      'USAGE',
      `"${named}" is neither a pipeline of this project nor a run of one; the overview lists what runs.`,
    );
}
