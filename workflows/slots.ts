import {
  CancellationScope,
  condition,
  continueAsNew,
  defineQuery,
  defineSignal,
  getExternalWorkflowHandle,
  proxyActivities,
  setHandler,
  workflowInfo,
} from '@temporalio/workflow';
import {
  QUERIES,
  SIGNALS,
  type SlotHolder,
  type SlotRequest,
  type SlotState,
  type SlotsInput,
  type TidemarkActivities,
} from '../src/contracts';
import { PLAN } from './activity-profiles';
import {
  afterAsk,
  afterClosed,
  afterGrants,
  afterRelease,
  canGrant,
  firstSlots,
  isIdle,
  type Slots,
} from './slot-state';

/** Asks for a slot; granted, the asking run gets `tidemarkSlotGranted`. */
export const tidemarkAskSlot = defineSignal<[SlotRequest]>(SIGNALS.askSlot);
/** Gives a slot back, or withdraws from the queue. */
export const tidemarkReleaseSlot = defineSignal<[SlotHolder]>(SIGNALS.releaseSlot);
/** Who holds a slot, and who waits. */
export const tidemarkSlotState = defineQuery<SlotState>(QUERIES.slotState);

const CONTINUE_AFTER = 500;
/** While somebody waits, the server is asked whether the holders are still open: soon, then less and less often. */
const FIRST_CHECK_MS = 5_000;
const LONGEST_CHECK_MS = 60_000;
/** Long enough for the next run of a catch-up to find it, short enough to leave nothing behind. */
const LINGER_MS = 30_000;

/**
 * The slots of one pipeline: `maxActiveRuns` over scheduled, catch-up and manual runs. Runs ask by signal-with-start and
 * give back by signal; a slot is taken from a run only when the server says that it closed. Ends when nobody holds or
 * wants one.
 */
export async function tidemarkSlots(input: SlotsInput): Promise<void> {
  let slots: Slots = firstSlots(input.carried);
  let signals = 0;
  setHandler(tidemarkSlotState, () => ({
    limit: slots.limit,
    holders: slots.holders,
    waiting: slots.waiting,
  }));
  setHandler(tidemarkAskSlot, (request) => {
    signals += 1;
    slots = afterAsk(slots, request);
  });
  setHandler(tidemarkReleaseSlot, (holder) => {
    signals += 1;
    slots = afterRelease(slots, holder);
  });
  const full = (): boolean =>
    signals >= (input.continueAfter ?? CONTINUE_AFTER) || workflowInfo().continueAsNewSuggested;

  // cancelled, it would forget who holds what, and let more runs go than it may
  await CancellationScope.nonCancellable(async () => {
    let checkMs = FIRST_CHECK_MS;
    for (;;) {
      while (canGrant(slots)) {
        slots = afterGrants(slots);
        const granted = slots.unannounced;
        slots = { ...slots, unannounced: [] };
        const gone = await Promise.all(granted.map(isGone));
        for (const [index, holder] of granted.entries())
          if (gone[index] === true) slots = afterRelease(slots, holder);
        checkMs = FIRST_CHECK_MS;
      }
      if (full()) return;
      if (slots.waiting.length > 0) {
        const woken = await condition(() => canGrant(slots) || full(), checkMs);
        if (woken) continue;
        checkMs = Math.min(checkMs * 2, LONGEST_CHECK_MS);
        slots = afterClosed(slots, await closedOf(slots.holders));
      } else if (slots.holders.length > 0) {
        const { length } = slots.holders;
        await condition(
          () => slots.waiting.length > 0 || slots.holders.length !== length || canGrant(slots) || full(),
        );
      } else if (!(await condition(() => !isIdle(slots), LINGER_MS))) return;
    }
  });
  if (isIdle(slots)) return;
  const { limit, holders, waiting } = slots;
  await continueAsNew<typeof tidemarkSlots>({ ...input, carried: { limit, holders, waiting } });
}

/** Signals a run that it has its slot; true if there is no such run any more. */
async function isGone(holder: SlotHolder): Promise<boolean> {
  try {
    await getExternalWorkflowHandle(holder.workflowId).signal(SIGNALS.slotGranted, holder);
    return false;
  } catch {
    return true;
  }
}

async function closedOf(holders: readonly SlotHolder[]): Promise<readonly string[]> {
  const { tidemarkClosedRuns } = proxyActivities<TidemarkActivities>(PLAN);
  try {
    const workflowIds = holders.map(({ workflowId }) => workflowId);
    return (await tidemarkClosedRuns({ version: 1, workflowIds })).closed;
  } catch {
    // without an answer nobody counts as closed; asked again after a while
    return [];
  }
}
