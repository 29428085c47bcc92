import { type Client, WorkflowNotFoundError } from '@temporalio/client';
import { SIGNALS } from '../contracts';
import { TidemarkError } from '../errors';

/**
 * Does something with a workflow by its id.
 * @throws TidemarkError USAGE if the server knows none of that id, or a signal finds none that is under way
 */
async function act(workflowId: string, what: string, work: () => Promise<unknown>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof WorkflowNotFoundError)) throw error;
    throw new TidemarkError(
      'USAGE',
      `There is no ${what} "${workflowId}" under way; "tidemark status" lists what runs.`,
      { details: { workflowId } },
    );
  }
}

function signal(client: Client, workflowId: string, name: string, args: unknown[]): Promise<void> {
  return act(workflowId, 'backfill', () => client.workflow.getHandle(workflowId).signal(name, ...args));
}

/** Starts no more intervals until it is resumed; those that run go on. */
export function pauseBackfill(client: Client, workflowId: string, reason = 'paused by hand'): Promise<void> {
  return signal(client, workflowId, SIGNALS.pause, [reason]);
}

export function resumeBackfill(client: Client, workflowId: string): Promise<void> {
  return signal(client, workflowId, SIGNALS.resume, []);
}

/** Changes how many intervals run at a time. Lowering it stops none that runs. */
export async function resizeBackfill(client: Client, workflowId: string, parallel: number): Promise<void> {
  if (!Number.isInteger(parallel) || parallel < 1)
    throw new TidemarkError(
      'USAGE',
      `"${parallel}" is not a number of intervals at a time; write 1 or more.`,
    );
  await signal(client, workflowId, SIGNALS.resize, [{ parallel }]);
}

/** Cancels a run or backfill; loads are cancelled up to the start of their commit. */
export function cancelRun(client: Client, workflowId: string): Promise<void> {
  return act(workflowId, 'run', () => client.workflow.getHandle(workflowId).cancel());
}
