import { Context } from '@temporalio/activity';
import {
  type AskSlotInput,
  type ClosedRunsInput,
  type ClosedRunsResult,
  MEMO_KEY,
  SIGNALS,
  type SlotsInput,
  slotsId,
  WORKFLOWS,
} from '../src/contracts';

/** `tidemarkAskSlot`: in an activity because a workflow cannot start what it signals. */
export async function askSlot({ pipeline, request }: AskSlotInput): Promise<void> {
  const { client, info } = Context.current();
  const args: [SlotsInput] = [{ version: 1, pipeline }];
  await client.workflow.signalWithStart(WORKFLOWS.slots, {
    workflowId: slotsId(pipeline),
    taskQueue: info.taskQueue,
    args,
    signal: SIGNALS.askSlot,
    signalArgs: [request],
    memo: { [MEMO_KEY]: { pipeline, kind: 'slots' } },
  });
}

/** gRPC's code where the server knows no such workflow, or no longer. */
const NOT_FOUND = 5;

function isNotFound(error: unknown): boolean {
  const { code, cause, name } = error as { code?: unknown; cause?: { code?: unknown }; name?: unknown };
  return name === 'WorkflowNotFoundError' || code === NOT_FOUND || cause?.code === NOT_FOUND;
}

/** `tidemarkClosedRuns`. What the server does not answer about counts as open: a slot is taken back on its word only. */
export async function closedRuns({ workflowIds }: ClosedRunsInput): Promise<ClosedRunsResult> {
  const { client } = Context.current();
  const closed: string[] = [];
  for (const workflowId of workflowIds) {
    try {
      const { status } = await client.workflow.getHandle(workflowId).describe();
      // a run that continued as new is followed by an open one, which is what is described
      if (status.name !== 'RUNNING' && status.name !== 'PAUSED') closed.push(workflowId);
    } catch (error) {
      if (!isNotFound(error)) throw error;
      closed.push(workflowId);
    }
  }
  return { version: 1, closed };
}
