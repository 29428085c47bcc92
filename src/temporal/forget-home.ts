import { type Client, WorkflowNotFoundError } from '@temporalio/client';
import { homeId } from '../contracts';

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
