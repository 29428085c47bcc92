import { type Client, WorkflowNotFoundError } from '@temporalio/client';
import { type DatasetHome, HOME_MEMO_KEY, homeId } from '../contracts';
import { isRecord } from '../value';

/** Where a dataset is that lies on one host's disk, as the workers of a task queue know it; undefined if none has loaded yet. */
export async function readHome(
  client: Client,
  taskQueue: string,
  place: string,
): Promise<DatasetHome | undefined> {
  try {
    const { status, memo } = await client.workflow.getHandle(homeId(taskQueue, place)).describe();
    const home = memo?.[HOME_MEMO_KEY];
    if (status.name !== 'RUNNING' || !isRecord(home)) return undefined;
    const { host, location, datasetId } = home;
    return {
      host: String(host),
      location: String(location),
      datasetId: typeof datasetId === 'string' ? datasetId : undefined,
    };
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return undefined;
    throw error;
  }
}

/**
 * Ends the workflow that knows on which host a dataset is: the next load says it anew.
 * @returns whether anything was known
 */
export async function forgetHome(client: Client, taskQueue: string, place: string): Promise<boolean> {
  try {
    await client.workflow
      .getHandle(homeId(taskQueue, place))
      .terminate('the host of the dataset is given up');
    return true;
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return false;
    throw error;
  }
}
