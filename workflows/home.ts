import {
  condition,
  continueAsNew,
  defineUpdate,
  setHandler,
  upsertMemo,
  workflowInfo,
} from '@temporalio/workflow';
import {
  HOME_MEMO_KEY,
  type HomeAnswer,
  type HomeAsk,
  type HomeInput,
  type HomeState,
  UPDATES,
} from '../src/contracts';
import { afterHomeAsk } from './home-state';

/** Asks whether a worker may load into the file that it finds. */
export const tidemarkAskHome = defineUpdate<HomeAnswer, [HomeAsk]>(UPDATES.askHome);

const CONTINUE_AFTER = 500;

/**
 * Knows on which host a dataset is that lies on one host's disk, for all workers of a task queue. Each process asks it once
 * for each dataset, before it loads. It goes on for ever: what it knows is stored nowhere else that two hosts see.
 */
export async function tidemarkHome(input: HomeInput): Promise<void> {
  let state: HomeState | undefined;
  let asks = 0;
  const become = (home: HomeState): void => {
    const { host, location, datasetId } = home;
    const isSame = state?.host === host && state.location === location && state.datasetId === datasetId;
    state = home;
    if (!isSame) upsertMemo({ [HOME_MEMO_KEY]: { host, location, datasetId } });
  };
  if (input.carried !== undefined) become(input.carried);
  setHandler(tidemarkAskHome, (ask) => {
    asks += 1;
    const after = afterHomeAsk(state, ask, Date.now());
    become(after.state);
    return after.answer;
  });
  await condition(
    () => asks >= (input.continueAfter ?? CONTINUE_AFTER) || workflowInfo().continueAsNewSuggested,
  );
  await continueAsNew<typeof tidemarkHome>(state === undefined ? input : { ...input, carried: state });
}
