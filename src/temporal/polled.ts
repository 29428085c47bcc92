import type { TemporalAccess } from './types';

/** A poll lasts a minute: who has not polled for longer than that is gone. */
const POLLED_WITHIN_MS = 70_000;
/** Number of temporal.api.enums.v1.TaskQueueType. */
const WORKFLOW_TASK_QUEUE = 1;

/** Whether a worker polls a task queue now, or did a moment ago. */
export async function isPolled(
  { connection, namespace }: Pick<TemporalAccess, 'connection' | 'namespace'>,
  taskQueue: string,
): Promise<boolean> {
  const { pollers } = await connection.workflowService.describeTaskQueue({
    namespace,
    taskQueue: { name: taskQueue },
    taskQueueType: WORKFLOW_TASK_QUEUE,
  });
  const since = Date.now() / 1000 - POLLED_WITHIN_MS / 1000;
  return (pollers ?? []).some(({ lastAccessTime }) => Number(lastAccessTime?.seconds ?? 0) > since);
}
