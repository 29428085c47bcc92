import { type Client, WorkflowNotFoundError } from '@temporalio/client';
import { SIGNALS } from '../contracts';
import { TidemarkError } from '../errors';

async function signal(client: Client, workflowId: string, name: string, args: unknown[]): Promise<void> {
  try {
    await client.workflow.getHandle(workflowId).signal(name, ...args);
  } catch (error) {
    if (!(error instanceof WorkflowNotFoundError)) throw error;
    throw new TidemarkError(
      'USAGE',
      `There is no running backfill "${workflowId}"; "tidemark status" lists what runs.`,
      { details: { workflowId } },
    );
  }
}

/** Starts no more intervals until it is resumed; those that run go on. */
export function pauseBackfill(client: Client, workflowId: string, reason = 'paused by hand'): Promise<void> {
  return signal(client, workflowId, SIGNALS.pause, [reason]);
}

export function resumeBackfill(client: Client, workflowId: string): Promise<void> {
  return signal(client, workflowId, SIGNALS.resume, []);
}

/** Changes how many intervals run at a time. Lowering it stops none that runs. */
export function resizeBackfill(client: Client, workflowId: string, parallel: number): Promise<void> {
  if (!Number.isInteger(parallel) || parallel < 1)
    throw new TidemarkError(
      'USAGE',
      `"${parallel}" is not a number of intervals at a time; write 1 or more.`,
    );
  return signal(client, workflowId, SIGNALS.resize, [{ parallel }]);
}

/** Cancels a run or backfill; loads are cancelled up to the start of their commit. */
export async function cancelRun(client: Client, workflowId: string): Promise<void> {
  try {
    await client.workflow.getHandle(workflowId).cancel();
  } catch (error) {
    if (!(error instanceof WorkflowNotFoundError)) throw error;
    throw new TidemarkError(
      'USAGE',
      `There is no running "${workflowId}"; "tidemark status" lists what runs.`,
      { details: { workflowId } },
    );
  }
}
