import { Context } from '@temporalio/activity';
import { WithStartWorkflowOperation } from '@temporalio/client';
import {
  MEMO_KEY,
  type RateAsk,
  type RateBudgets,
  type RateGrant,
  type RatesInput,
  ratesId,
  UPDATES,
  WORKFLOWS,
} from '../src/contracts';

/** An ask that isn't answered by then is asked again, under a new number. */
const ANSWER_MS = 10_000;

/** The rate limits that the workers of the current activity's task queue share; the workflow that has them starts by need. */
export function rateBudgets(): RateBudgets {
  const context = Context.current();
  const { taskQueue } = context.info;
  const { namespace } = context.info;
  return {
    place: `${namespace} ${taskQueue}`,
    ask(scope, ask) {
      const { client } = context;
      const args: [RatesInput] = [{ version: 1 }];
      return client.withDeadline(Date.now() + ANSWER_MS, () =>
        client.workflow.executeUpdateWithStart<(input: RatesInput) => Promise<void>, RateGrant, [RateAsk]>(
          UPDATES.askRate,
          {
            args: [ask],
            startWorkflowOperation: new WithStartWorkflowOperation(WORKFLOWS.rates, {
              workflowId: ratesId(taskQueue, scope),
              taskQueue,
              args,
              workflowIdConflictPolicy: 'USE_EXISTING',
              memo: { [MEMO_KEY]: { kind: 'rates', scope } },
            }),
          },
        ),
      );
    },
  };
}
