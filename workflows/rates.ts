import { condition, continueAsNew, defineUpdate, setHandler, workflowInfo } from '@temporalio/workflow';
import { type RateAsk, type RateGrant, type RatesInput, UPDATES } from '../src/contracts';
import { afterRateAsk, areRatesIdle, NO_RATES } from './rate-state';

/** Asks for requests of the account's limit. */
export const tidemarkAskRate = defineUpdate<RateGrant, [RateAsk]>(UPDATES.askRate);

const CONTINUE_AFTER = 500;
const LINGER_MS = 60_000;

/**
 * The rate limit of one account, for all workers of a task queue. Workers ask for budgets by update-with-start; a budget
 * ends by itself, so that nobody has to be told that a worker died. Ends when no request counts any more.
 */
export async function tidemarkRates(input: RatesInput): Promise<void> {
  let state = input.carried ?? NO_RATES;
  let asks = 0;
  setHandler(tidemarkAskRate, (ask) => {
    asks += 1;
    const after = afterRateAsk(state, ask, Date.now());
    state = after.state;
    return after.grant;
  });
  const full = (): boolean =>
    asks >= (input.continueAfter ?? CONTINUE_AFTER) || workflowInfo().continueAsNewSuggested;
  while (!(await condition(full, LINGER_MS))) if (areRatesIdle(state, Date.now())) return;
  await continueAsNew<typeof tidemarkRates>({ ...input, carried: state });
}
