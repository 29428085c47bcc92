import { Context } from '@temporalio/activity';
import { WithStartWorkflowOperation } from '@temporalio/client';
import {
  type DatasetHome,
  type HomeAnswer,
  type HomeAsk,
  type HomeInput,
  homeId,
  MEMO_KEY,
  UPDATES,
  WORKFLOWS,
} from '../src/contracts';
import type { AskHome } from '../src/run';

const ANSWER_MS = 10_000;
/** A run of the workflow that continues as new just then doesn't answer. */
const TRIES = 2;

/** Asks on which host a dataset is, in the current activity; the workflow that knows starts by need. */
export const askHome: AskHome = async (place, found) => {
  for (let attempt = 1; ; attempt++)
    try {
      return await askOnce(place, found);
    } catch (error) {
      if (attempt === TRIES) throw error;
    }
};

function askOnce(place: string, found: DatasetHome): Promise<HomeAnswer> {
  const { client, info } = Context.current();
  const { taskQueue } = info;
  const args: [HomeInput] = [{ version: 1 }];
  return client.withDeadline(Date.now() + ANSWER_MS, () =>
    client.workflow.executeUpdateWithStart<(input: HomeInput) => Promise<void>, HomeAnswer, [HomeAsk]>(
      UPDATES.askHome,
      {
        args: [{ version: 1, ...found }],
        startWorkflowOperation: new WithStartWorkflowOperation(WORKFLOWS.home, {
          workflowId: homeId(taskQueue, place),
          taskQueue,
          args,
          workflowIdConflictPolicy: 'USE_EXISTING',
          memo: { [MEMO_KEY]: { kind: 'home', place } },
        }),
      },
    ),
  );
}
