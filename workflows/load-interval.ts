import {
  ApplicationFailure,
  CancellationScope,
  CancelledFailure,
  defineQuery,
  log,
  proxyActivities,
  setHandler,
  sleep,
  upsertMemo,
  workflowInfo,
} from '@temporalio/workflow';
import {
  type AttemptOutcome,
  type CommittedResource,
  type LoadIntervalInput,
  type LoadIntervalResult,
  type LoadResourceInput,
  type PlanIntervalInput,
  QUERIES,
  RESULT_MEMO_KEY,
  type RecordOutcomeInput,
  type RecordOutcomeResult,
  type RunKind,
  type RunPlan,
  type RunProgress,
  type TidemarkActivities,
} from '../src/contracts';
import { executePlan } from '../src/plan/tasks';
import { aliveBy, loadProfile, PLAN, priorityOf, RECORD } from './activity-profiles';
import { readAttemptFailure } from './failures';
import { takeSlot } from './hold-slot';
import { type AttemptsBefore, loadGroup } from './load-group';
import { leavesRest, loadRest } from './load-rest';
import { indexRun, nominalTime } from './nominal-time';
import { runHooks, runHooksOfUnplanned } from './run-hooks';
import { type ProgressTracker, trackProgress } from './track-progress';

/** Where a run is: which tasks wait, load, are attempted again, are done. */
export const tidemarkRunProgress = defineQuery<RunProgress>(QUERIES.runProgress);

/**
 * Loads one data interval of one pipeline: plans it once, attempts each task in an activity, and fails naming every
 * resource that failed. Started by a Schedule (its nominal time gives the interval), as a child of a backfill or of
 * somebody's own workflow, or by hand.
 */
export async function tidemarkLoadInterval(input: LoadIntervalInput): Promise<LoadIntervalResult> {
  const progress = trackProgress();
  setHandler(tidemarkRunProgress, progress.read);
  if (input.group === undefined) return loadOne(input, progress);
  return loadGroup(input, input.group, {
    plan: planActivity,
    planInput,
    progress,
    load: (one, first) => loadOne(one, progress, first),
  });
}

async function loadOne(
  input: LoadIntervalInput,
  progress: ProgressTracker,
  first: AttemptsBefore = {},
): Promise<LoadIntervalResult> {
  const plan = first.made?.plan ?? (await planRun(input));
  if (plan.indexed && first.made === undefined) indexRun(plan);
  progress.planned(plan);

  if (plan.notBefore !== undefined) {
    progress.phase('delayed');
    const wait = Date.parse(plan.notBefore) - Date.now();
    if (wait > 0) await sleep(wait);
  }
  progress.phase('queued');
  const slot = await takeSlot(plan);
  try {
    progress.phase('loading');
    const result = await execute(input, { plan, progress, first });
    progress.phase('done');
    return conclude(result);
  } finally {
    await slot.release();
  }
}

async function attemptOnce(input: LoadResourceInput): Promise<AttemptOutcome> {
  const profile = loadProfile(input.task.retry, input.kind);
  const { tidemarkLoadResource } = proxyActivities<TidemarkActivities>(profile);
  try {
    return { status: 'loaded', outcomes: (await tidemarkLoadResource(input)).outcomes };
  } catch (error) {
    return readAttemptFailure(error);
  }
}

/** First attempts as they were made, but for one that leaves a rest to load. */
const firstAttempts = (
  run: LoadIntervalInput,
  { made }: AttemptsBefore,
): Record<string, AttemptOutcome> | undefined =>
  made &&
  Object.fromEntries(Object.entries(made.attempts).filter(([, attempt]) => !leavesRest(run, attempt)));

/** Executes the plan with an activity for each attempt, the ledger and the hooks. Never throws. */
function execute(
  run: LoadIntervalInput,
  options: { readonly plan: RunPlan; readonly progress: ProgressTracker; readonly first: AttemptsBefore },
): Promise<LoadIntervalResult> {
  const { plan, progress, first } = options;
  const scope = CancellationScope.current();
  return executePlan({
    run,
    plan,
    first: firstAttempts(run, first),
    lost: first.lost === true ? 1 : 0,
    executor: {
      async attempt(input) {
        const made = await attemptOnce(input);
        if (!leavesRest(run, made)) return made;
        try {
          const loader = { run, plan: planActivity, attempt: attemptOnce };
          return await loadRest(made, input, loader);
        } catch (error) {
          return readAttemptFailure(error);
        }
      },
      sleep: (ms) => sleep(ms),
      cancelled: () => scope.consideredCancelled,
      record: (input) => recordOutcomes(input, plan),
      callHooks: (input) => runHooks(input, plan),
      onAttempt: progress.attempt,
      onEnd: progress.ended,
    },
  });
}

const kindOf = (input: LoadIntervalInput): RunKind =>
  input.kind ??
  (input.time === undefined && nominalTime(workflowInfo()) !== undefined ? 'schedule' : 'manual');

function planInput(input: LoadIntervalInput): PlanIntervalInput {
  const info = workflowInfo();
  const nominal = input.time === undefined ? nominalTime(info) : undefined;
  return {
    version: 1,
    run: input,
    kind: kindOf(input),
    nominal: nominal?.at,
    previousEnd: nominal?.previousEnd,
    // of all the times of a run, the one that a reset keeps
    startedAt: info.startTime.toISOString(),
    origin: `${info.workflowId}/${info.originalExecutionRunId}`,
  };
}

const planActivity = (input: LoadIntervalInput): Promise<RunPlan> =>
  proxyActivities<TidemarkActivities>({
    ...PLAN,
    priority: priorityOf(kindOf(input)),
  }).tidemarkPlanInterval(planInput(input));

async function planRun(input: LoadIntervalInput): Promise<RunPlan> {
  try {
    return await planActivity(input);
  } catch (cause) {
    await runHooksOfUnplanned(input, kindOf(input), cause);
    throw cause;
  }
}

/** Writes the ledger rows of resources that ended without a load. Also after a cancel; never hides the failure itself. */
async function recordOutcomes(
  input: RecordOutcomeInput,
  plan: RunPlan,
): Promise<readonly CommittedResource[]> {
  const profile = { ...RECORD, ...aliveBy(plan) };
  const { tidemarkRecordOutcome } = proxyActivities<TidemarkActivities>(profile);
  const { pipeline } = input;
  try {
    const result: RecordOutcomeResult | null | undefined = await CancellationScope.nonCancellable(() =>
      tidemarkRecordOutcome(input),
    );
    // a worker of an earlier version answers with nothing
    return result?.committed ?? [];
  } catch (error) {
    log.error('resources that ended without a load could not be written into the ledger', {
      pipeline,
      error,
    });
    return [];
  }
}

const describe = ({ pipeline, interval }: LoadIntervalResult): string =>
  `pipeline "${pipeline}"${interval === null ? '' : `, interval [${interval.start}, ${interval.end})`}`;

/** @throws where a resource failed, or the run was cancelled; with the result */
function conclude(result: LoadIntervalResult): LoadIntervalResult {
  const { outcomes } = result;
  const failed = outcomes.filter(({ status }) => status === 'failed');
  if (failed.length > 0) {
    const causes = failed.map(({ resource, error }) => `${resource}: ${error?.code} ${error?.message}`);
    throw ApplicationFailure.create({
      type: 'RUN_FAILED',
      message: `${failed.length} of ${outcomes.length} resources failed (${describe(result)}).\n${causes.join('\n')}`,
      nonRetryable: true,
      details: [result],
    });
  }
  if (outcomes.some(({ status }) => status === 'cancelled')) {
    upsertMemo({ [RESULT_MEMO_KEY]: result });
    throw new CancelledFailure(`Cancelled (${describe(result)}).`);
  }
  return result;
}
