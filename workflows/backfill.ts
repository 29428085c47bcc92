import {
  ApplicationFailure,
  CancellationScope,
  CancelledFailure,
  condition,
  continueAsNew,
  defineQuery,
  defineSignal,
  setHandler,
  upsertMemo,
} from '@temporalio/workflow';
import {
  type BackfillInput,
  type BackfillProgress,
  QUERIES,
  RESULT_MEMO_KEY,
  type ResizeSignal,
  SIGNALS,
} from '../src/contracts';
import { BackfillWindow } from './backfill-window';

/** Starts no more intervals until it is resumed; those that run go on. */
export const tidemarkPause = defineSignal<[reason?: string]>(SIGNALS.pause);
export const tidemarkResume = defineSignal(SIGNALS.resume);
/** Starts nothing more and cancels what runs; ends when that has ended. The same as cancelling the workflow. */
export const tidemarkCancel = defineSignal(SIGNALS.cancel);
/** Changes how many intervals run at a time. */
export const tidemarkResize = defineSignal<[ResizeSignal]>(SIGNALS.resize);
/** How far a backfill is, how fast, and what failed. */
export const tidemarkBackfillProgress = defineQuery<BackfillProgress>(QUERIES.backfillProgress);

/**
 * Runs `tidemarkLoadInterval` for each interval of a range that is to be loaded (catch-up is a backfill of what is
 * missing), a few at a time. A failed interval stops nothing; in the end the backfill fails naming how many did. Its
 * history stays small: intervals come by pages from an activity, and it continues as new with nothing running.
 */
export async function tidemarkBackfill(input: BackfillInput): Promise<BackfillProgress> {
  const window = new BackfillWindow(input);
  handleMessages(window);
  // a cancel of the workflow is a message like the others: what runs is waited for
  CancellationScope.current().cancelRequested.catch(() => window.cancel());
  await CancellationScope.nonCancellable(() => runWindow(window));
  return conclude(input, window);
}

function handleMessages(window: BackfillWindow): void {
  setHandler(tidemarkBackfillProgress, () => window.progress());
  setHandler(tidemarkPause, (reason = 'paused by hand') => {
    window.state = { ...window.state, paused: reason };
  });
  setHandler(tidemarkResume, () => {
    window.state = { ...window.state, paused: null, failureStreak: null };
  });
  setHandler(tidemarkResize, ({ parallel }) => {
    window.state = { ...window.state, parallel: Math.max(1, Math.floor(parallel)) };
  });
  setHandler(tidemarkCancel, () => window.cancel());
}

/** Keeps the window filled until nothing is left, it is cancelled, or the history is full. Nothing runs when it returns. */
async function runWindow(window: BackfillWindow): Promise<void> {
  while (!window.cancelling) {
    await window.refill();
    if (window.exhausted || window.full) break;
    await condition(() => window.cancelling || window.full || window.mayStart);
    if (!window.cancelling && window.mayStart) window.startNext();
  }
  await condition(() => window.drained);
}

async function conclude(input: BackfillInput, window: BackfillWindow): Promise<BackfillProgress> {
  const progress = window.progress();
  if (window.cancelling) {
    upsertMemo({ [RESULT_MEMO_KEY]: progress });
    throw new CancelledFailure(`Cancelled after ${progress.loaded} of ${progress.total} intervals.`);
  }
  if (!window.exhausted) await continueAsNew<typeof tidemarkBackfill>({ ...input, carried: window.state });
  if (progress.failed > 0) throw failure(progress);
  return progress;
}

function failure(progress: BackfillProgress): ApplicationFailure {
  const { pipeline, failed, total, failures } = progress;
  const lines = failures.slice(-5).map(({ interval, code, message }) => {
    const [firstLine = ''] = message.split('\n');
    return `[${interval.start}, ${interval.end}): ${code} ${firstLine}`;
  });
  return ApplicationFailure.create({
    type: 'RUN_FAILED',
    message: `${failed} of ${total} intervals of pipeline "${pipeline}" failed; the latest:\n${lines.join('\n')}`,
    nonRetryable: true,
    details: [progress],
  });
}
