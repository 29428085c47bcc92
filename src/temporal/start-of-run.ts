import type { Client } from '@temporalio/client';
import type { LoadIntervalInput } from '../contracts';
import { startedWith } from './started-input';

/** What a run was started for, as the server keeps it: also of a run that ended before it planned anything. */
export interface StartedWith {
  readonly input: LoadIntervalInput;
  /** The tick of the Schedule that started it. */
  readonly nominal: string | undefined;
}

/** @throws the SDK's WorkflowNotFoundError */
export async function startOf(client: Client, workflowId: string, runId?: string): Promise<StartedWith> {
  const described = await client.workflow.getHandle(workflowId, runId).describe();
  const input = await startedWith<LoadIntervalInput>(client, { workflowId, runId: described.runId });
  const tick = described.searchAttributes.TemporalScheduledStartTime?.[0];
  return { input, nominal: tick instanceof Date ? tick.toISOString() : undefined };
}
