import type { HomeAnswer, HomeAsk, HomeState } from '../src/contracts';

/** A worker that may load draws the dataset's id in moments; one that has not by then died on the way. */
const DRAWN_WITHIN_MS = 60_000;

/**
 * Answers a worker that asks whether it may load into the file that it finds. A host that has none, or that of another
 * dataset, while the dataset is on another host, may not: two files would each get a part of the loads. A file of the same
 * dataset was moved, or is reached from both hosts; and what a host does with files of its own is its own affair.
 */
export function afterHomeAsk(
  state: HomeState | undefined,
  ask: HomeAsk,
  now: number,
): { readonly state: HomeState; readonly answer: HomeAnswer } {
  const { host, location, datasetId } = ask;
  const asked: HomeState = { host, location, datasetId, since: now };
  if (state === undefined || isAccepted(state, asked)) return { state: asked, answer: answerOf(true, asked) };
  return { state, answer: answerOf(false, state) };
}

function isAccepted(state: HomeState, asked: HomeState): boolean {
  if (state.host === asked.host) return true;
  if (state.datasetId === undefined)
    return asked.datasetId !== undefined || asked.since - state.since >= DRAWN_WITHIN_MS;
  return state.datasetId === asked.datasetId;
}

const answerOf = (accepted: boolean, { host, location, datasetId }: HomeState): HomeAnswer => ({
  accepted,
  home: { host, location, datasetId },
});
