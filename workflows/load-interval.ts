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
  type LoadIntervalInput,
  type LoadIntervalResult,
  type LoadPlan,
  type PlanIntervalInput,
  QUERIES,
  RESULT_MEMO_KEY,
  type ResourceOutcome,
  type RunKind,
  type RunProgress,
  type TidemarkActivities,
} from '../src/contracts';
import { PLAN, priorityOf, RECORD } from './activity-profiles';
import { takeSlot } from './hold-slot';
import { loadComponent, outcomeWithoutLoad, resourcesOf } from './load-component';
import { type FirstTries, loadGroup } from './load-group';
import { indexRun, nominalTime } from './nominal-time';
import { runComponents } from './run-components';
import { tellHooks, tellOfUnplanned } from './tell-hooks';
import { type ProgressTracker, trackProgress } from './track-progress';

/** Where a run is: which components wait, load, are tried again, are done. */
export const tidemarkRunProgress = defineQuery<RunProgress>(QUERIES.runProgress);

/**
 * Loads one data interval of one pipeline: plans it once, loads each component in an activity, and fails naming every
 * resource that failed. Started by a Schedule (its nominal time gives the interval), as a child of a backfill or of
 * somebody's own workflow, or by hand.
 */
export async function tidemarkLoadInterval(input: LoadIntervalInput): Promise<LoadIntervalResult> {
  const progress = trackProgress();
  setHandler(tidemarkRunProgress, progress.read);
  if (input.group === undefined) return loadOne(input, progress);
  return loadGroup(input, input.group, {
    plan: (one) => planActivity(one)(planInput(one)),
    planInput,
    progress,
    load: (one, begun) => loadOne(one, progress, begun),
  });
}

async function loadOne(
  input: LoadIntervalInput,
  progress: ProgressTracker,
  begun: FirstTries = {},
): Promise<LoadIntervalResult> {
  const plan = begun.load?.plan ?? (await planRun(input));
  if (plan.indexed && begun.load === undefined) indexRun(plan);
  progress.planned(plan);

  if (plan.notBefore !== undefined) {
    progress.phase('delayed');
    const wait = Date.parse(plan.notBefore) - Date.now();
    if (wait > 0) await sleep(wait);
  }
  progress.phase('queued');
  const slot = await takeSlot(plan);
  try {
    return await loadPlanned(input, { plan, progress, begun });
  } finally {
    await slot.release();
  }
}

async function loadPlanned(
  input: LoadIntervalInput,
  {
    plan,
    progress,
    begun,
  }: { readonly plan: LoadPlan; readonly progress: ProgressTracker; readonly begun: FirstTries },
): Promise<LoadIntervalResult> {
  progress.phase('loading');
  const attempts = new Map<string, number>();
  const scope = CancellationScope.current();
  const outcomes = await runComponents(plan, {
    cancelled: () => scope.consideredCancelled,
    async load(component) {
      const first = begun.load?.ends[component.name];
      const end = await loadComponent({
        ...{ run: input, plan, component },
        ...(first !== undefined && { first }),
        ...(begun.lost === true && { lost: 1 }),
        watch: (change) => progress.component(component.name, change),
      });
      attempts.set(component.name, end.attempts);
      progress.ended(component.name, end.outcomes);
      return end.outcomes;
    },
    skip(component, because) {
      const error = { code: 'SKIPPED', message: because };
      const skipped = resourcesOf(component).map((resource) =>
        outcomeWithoutLoad(resource, 'skipped', error),
      );
      progress.ended(component.name, skipped);
      return skipped;
    },
  });
  await recordUnloaded(plan, outcomes, attempts);
  await tellHooks(plan, outcomes);
  progress.phase('done');
  return conclude(plan, outcomes);
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
    ...(nominal === undefined ? {} : { nominal: nominal.at }),
    ...(nominal?.previousEnd === undefined ? {} : { previousEnd: nominal.previousEnd }),
    // of all the times of a run, the one that a reset keeps
    startedAt: info.startTime.toISOString(),
    origin: `${info.workflowId}/${info.originalExecutionRunId}`,
  };
}

const planActivity = (input: LoadIntervalInput): TidemarkActivities['tidemarkPlanInterval'] =>
  proxyActivities<TidemarkActivities>({ ...PLAN, priority: priorityOf(kindOf(input)) }).tidemarkPlanInterval;

async function planRun(input: LoadIntervalInput): Promise<LoadPlan> {
  try {
    return await planActivity(input)(planInput(input));
  } catch (cause) {
    await tellOfUnplanned(input, kindOf(input), cause);
    throw cause;
  }
}

/** Writes a ledger row for each resource that ended without a load. Also after a cancel; never hides the failure itself. */
async function recordUnloaded(
  plan: LoadPlan,
  outcomes: readonly ResourceOutcome[],
  attempts: ReadonlyMap<string, number>,
): Promise<void> {
  const parts = plan.components.flatMap(({ name, source, parts }) =>
    parts.map((part) => ({ name, source, part })),
  );
  const entries = outcomes.flatMap(({ resource, status, error }) => {
    const found = parts.find(({ part }) => part.resources.includes(resource));
    if (status === 'loaded' || found === undefined) return [];
    const attempt = attempts.get(found.name) ?? 0;
    return [
      {
        source: found.source,
        resource,
        loadKey: found.part.loadKey,
        attempt,
        status,
        ...(error && { error }),
      },
    ];
  });
  if (entries.length === 0) return;
  const { tidemarkRecordOutcome } = proxyActivities<TidemarkActivities>(RECORD);
  const { pipeline, interval, now } = plan;
  try {
    await CancellationScope.nonCancellable(() =>
      tidemarkRecordOutcome({ version: 1, pipeline, interval, now, entries }),
    );
  } catch (error) {
    log.error('the ledger could not be told of resources that ended without a load', { pipeline, error });
  }
}

const describe = (plan: LoadPlan): string =>
  `pipeline "${plan.pipeline}"${plan.interval === null ? '' : `, interval [${plan.interval.start}, ${plan.interval.end})`}`;

function conclude(plan: LoadPlan, outcomes: readonly ResourceOutcome[]): LoadIntervalResult {
  const { pipeline, kind, interval, now, leftOut, note } = plan;
  const result: LoadIntervalResult = {
    version: 1,
    pipeline,
    kind,
    interval,
    now,
    outcomes,
    leftOut,
    ...(note === undefined ? {} : { note }),
  };
  const failed = outcomes.filter(({ status }) => status === 'failed');
  if (failed.length > 0) {
    const causes = failed.map(({ resource, error }) => `${resource}: ${error?.code} ${error?.message}`);
    throw ApplicationFailure.create({
      type: 'RUN_FAILED',
      message: `${failed.length} of ${outcomes.length} resources failed (${describe(plan)}).\n${causes.join('\n')}`,
      nonRetryable: true,
      details: [result],
    });
  }
  if (outcomes.some(({ status }) => status === 'cancelled')) {
    upsertMemo({ [RESULT_MEMO_KEY]: result });
    throw new CancelledFailure(`Cancelled (${describe(plan)}).`);
  }
  return result;
}
