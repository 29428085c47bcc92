import { type Client, WorkflowExecutionAlreadyStartedError } from '@temporalio/client';
import { decodeFromPayloadsAtIndex } from '@temporalio/common/lib/internal-non-workflow';

/** A workflow that was started, or one of its id that ran already, with what that one was started with. */
export type Begun<I> =
  | { readonly started: true; readonly runId: string }
  | { readonly started: false; readonly runId: string; readonly input: I };

/** How often one that ended just when it was looked at is started again. */
const TRIES = 5;

/** Starts a workflow, or finds the one of that id that runs. */
export async function beginOrFind<I>(
  client: Client,
  start: {
    readonly workflowType: string;
    readonly workflowId: string;
    readonly taskQueue: string;
    readonly input: I;
    readonly memo: Readonly<Record<string, unknown>>;
  },
): Promise<Begun<I>> {
  const { workflowType, workflowId, taskQueue, input, memo } = start;
  for (let tries = 1; ; tries += 1) {
    try {
      const handle = await client.workflow.start(workflowType, {
        workflowId,
        taskQueue,
        args: [input],
        memo,
      });
      return { started: true, runId: handle.firstExecutionRunId };
    } catch (error) {
      if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
      const { runId, status } = await client.workflow.getHandle(workflowId).describe();
      const isOpen = status.name === 'RUNNING' || status.name === 'PAUSED';
      if (!isOpen && tries < TRIES) continue;
      return { started: false, runId, input: await startedWith<I>(client, { workflowId, runId }) };
    }
  }
}

/** What a run was started with, whoever started it: its first event says it. */
export async function startedWith<I>(
  client: Client,
  execution: { readonly workflowId: string; readonly runId: string },
): Promise<I> {
  const { namespace, loadedDataConverter } = client.options;
  const { history } = await client.workflowService.getWorkflowExecutionHistory({
    namespace,
    execution,
    maximumPageSize: 1,
  });
  const { input } = history?.events?.[0]?.workflowExecutionStartedEventAttributes ?? {};
  return decodeFromPayloadsAtIndex<I>(loadedDataConverter, 0, input?.payloads);
}
