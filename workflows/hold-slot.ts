import {
  CancellationScope,
  condition,
  defineSignal,
  getExternalWorkflowHandle,
  isCancellation,
  proxyActivities,
  setHandler,
  workflowInfo,
} from '@temporalio/workflow';
import {
  type RunPlan,
  SIGNALS,
  type SlotAsk,
  type SlotHolder,
  slotsId,
  type TidemarkActivities,
} from '../src/contracts';
import { aliveBy, PLAN } from './activity-profiles';

const slotGranted = defineSignal<[SlotHolder]>(SIGNALS.slotGranted);

/** A run in the queue asks again now and then: whoever gives out the slots may have been terminated. */
const FIRST_WAIT_MS = 60_000;
const LONGEST_WAIT_MS = 15 * 60_000;

interface HeldSlot {
  release(): Promise<void>;
}

/**
 * Waits for one of the pipeline's slots. A backfill's run takes none, and neither does one that loads nothing. A run that is cancelled while it waits goes on without: it loads nothing any more.
 */
export async function takeSlot(plan: RunPlan): Promise<HeldSlot> {
  const { pipeline, maxActiveRuns: limit, kind } = plan;
  if (limit === undefined || plan.tasks.length === 0) return { release: () => Promise.resolve() };
  const { workflowId, originalExecutionRunId: origin, startTime } = workflowInfo();
  const ask: SlotAsk = {
    workflowId,
    origin,
    startedAt: startTime.toISOString(),
    rank: kind === 'catchup' ? 1 : 0,
  };
  let granted = false;
  setHandler(slotGranted, (grant) => {
    if (grant.origin === origin) granted = true;
  });
  const { tidemarkAskSlot } = proxyActivities<TidemarkActivities>({ ...PLAN, ...aliveBy(plan) });
  const release = (): Promise<void> => giveBack(pipeline, { workflowId, origin });
  try {
    for (let waitMs = FIRST_WAIT_MS; !granted; waitMs = Math.min(waitMs * 2, LONGEST_WAIT_MS)) {
      await tidemarkAskSlot({ version: 1, pipeline, request: { ask, limit } });
      await condition(() => granted, waitMs);
    }
  } catch (error) {
    if (!isCancellation(error)) {
      await release();
      throw error;
    }
  }
  return { release };
}

async function giveBack(pipeline: string, holder: SlotHolder): Promise<void> {
  try {
    await CancellationScope.nonCancellable(() =>
      getExternalWorkflowHandle(slotsId(pipeline)).signal(SIGNALS.releaseSlot, holder),
    );
  } catch {
    // whoever gave the slot is gone, and with it the slot
  }
}
