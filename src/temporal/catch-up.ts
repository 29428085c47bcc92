import { type Client, WorkflowExecutionAlreadyStartedError } from '@temporalio/client';
import { type BackfillInput, type BackfillRange, catchUpId, MEMO_KEY, WORKFLOWS } from '../contracts';
import type { CatchUpStart } from './types';

/** Starts the catch-up of an entry. One runs at a time: if it runs already, nothing happens. */
export async function startCatchUp(options: {
  readonly client: Client;
  readonly pipeline: string;
  readonly taskQueue: string;
  readonly range: BackfillRange;
  /** Intervals at a time; they take slots like live runs. @default 1 */
  readonly parallel?: number | undefined;
}): Promise<CatchUpStart> {
  const { client, pipeline, taskQueue, range, parallel = 1 } = options;
  const workflowId = catchUpId(pipeline);
  const input: BackfillInput = { version: 1, pipeline, kind: 'catchup', range, parallel };
  const start = { pipeline, workflowId, from: range.from, to: range.to };
  try {
    await client.workflow.start(WORKFLOWS.backfill, {
      workflowId,
      taskQueue,
      args: [input],
      memo: { [MEMO_KEY]: { pipeline, kind: 'catchup' } },
    });
    return { ...start, started: true };
  } catch (error) {
    if (error instanceof WorkflowExecutionAlreadyStartedError) return { ...start, started: false };
    throw error;
  }
}
