import type {
  AttemptOutcome,
  CommittedResource,
  LoadIntervalInput,
  LoadIntervalResult,
  LoadResourceInput,
  PlannedTask,
  RecordOutcomeInput,
  ResourceOutcome,
  RunHooksInput,
  RunPlan,
} from '../../contracts';
import { attemptInput } from './attempt-input';
import { attemptTask, type TaskOutcome, type TaskWatch } from './attempt-task';
import { outcomeWithoutLoad, resourcesOf, statusOfOutcomes } from './outcomes';
import { runInOrder } from './run-in-order';

/** What carries out the steps of a planned run: activities for a workflow, direct calls for a local run. */
export interface PlanExecutor {
  /** Makes one attempt of a task. Never throws. */
  attempt(input: LoadResourceInput): Promise<AttemptOutcome>;
  /** @throws where the run is cancelled meanwhile */
  sleep(ms: number): Promise<void>;
  cancelled(): boolean;
  /** Writes ledger rows of resources that ended without a load. Never throws. @returns those that were committed all the same */
  record(input: RecordOutcomeInput): Promise<readonly CommittedResource[]>;
  /** Calls the hooks of the entry. Never throws. */
  callHooks(input: RunHooksInput): Promise<void>;
  /** Told of each attempt of a task. */
  readonly onAttempt?: ((task: string, change: Parameters<TaskWatch>[0]) => void) | undefined;
  /** Told when a task has ended. */
  readonly onEnd?: ((task: string, outcomes: readonly ResourceOutcome[]) => void) | undefined;
}

/**
 * Executes a planned run: its tasks in their order, each with its attempts; then a ledger row for each resource that ended
 * without a load, also after a cancel; then the hooks, unless it was cancelled. Never throws: the result says what became
 * of each resource.
 */
export async function executePlan(options: {
  readonly run: LoadIntervalInput;
  readonly plan: RunPlan;
  readonly executor: PlanExecutor;
  /** How first attempts ended that were made before, by task. */
  readonly first?: Readonly<Record<string, AttemptOutcome>> | undefined;
  /** First attempts that may be under way still. @default 0 */
  readonly lost?: number | undefined;
}): Promise<LoadIntervalResult> {
  const { run, plan, executor, first, lost } = options;
  const { onAttempt, onEnd } = executor;
  const load = (task: PlannedTask): Promise<TaskOutcome> =>
    attemptTask({
      task,
      attempt: (attempt) => executor.attempt(attemptInput({ run, plan, task, attempt })),
      sleep: (ms) => executor.sleep(ms),
      watch: (change) => onAttempt?.(task.name, change),
      first: first !== undefined && Object.hasOwn(first, task.name) ? first[task.name] : undefined,
      lost,
    });
  const ends = await runInOrder(plan.tasks, {
    decompose: plan.decompose,
    triggerRule: plan.triggerRule,
    cancelled: () => executor.cancelled(),
    statusOf: ({ outcomes }: TaskOutcome) => statusOfOutcomes(outcomes),
    async run(task, skipped) {
      const end = skipped === undefined ? await load(task) : skippedTask(task, skipped);
      onEnd?.(task.name, end.outcomes);
      return end;
    },
  });
  const unloaded = unloadedEntries(plan, ends);
  const { pipeline, kind, range, leftOut, note } = plan;
  const { interval, now } = range;
  const committed =
    unloaded.length === 0
      ? []
      : await executor.record({ version: 1, pipeline, interval, now, entries: unloaded });
  const outcomes = outcomesOf(plan, ends, committed);
  if (plan.hooks && statusOfOutcomes(outcomes) !== 'cancelled')
    await executor.callHooks({
      version: 1,
      pipeline,
      kind,
      interval,
      now,
      outcomes,
      sources: sourcesByResource(plan),
    });
  const { bind, fullRefresh, replace, force } = run;
  const asked = { bind, fullRefresh, replace, force };
  return { version: 1, pipeline, kind, interval, now, outcomes, leftOut, options: asked, note };
}

function skippedTask(task: PlannedTask, because: string): TaskOutcome {
  const error = { code: 'SKIPPED', message: because };
  return {
    outcomes: resourcesOf(task).map((resource) => outcomeWithoutLoad(resource, 'skipped', error)),
    attempts: 0,
  };
}

/** What became of each resource; one that was committed without the run hearing of it is loaded. */
function outcomesOf(
  plan: RunPlan,
  ends: readonly TaskOutcome[],
  committed: readonly CommittedResource[],
): ResourceOutcome[] {
  return plan.tasks.flatMap(({ components }, index) =>
    (ends[index]?.outcomes ?? []).map((outcome): ResourceOutcome => {
      const { resource, status } = outcome;
      const component = components.find(({ resources }) => resources.includes(resource));
      const load = committed.find((one) => one.loadKey === component?.loadKey && one.resource === resource);
      if (status === 'loaded' || load === undefined) return outcome;
      const { rows, loadId } = load;
      return { resource, status: 'loaded', rows, tables: {}, bytes: 0, schemaChanges: [], loadId };
    }),
  );
}

/** The ledger's entry of each resource that ended without a load. */
function unloadedEntries(plan: RunPlan, ends: readonly TaskOutcome[]): RecordOutcomeInput['entries'] {
  return plan.tasks.flatMap(({ source, components }, index) => {
    const { outcomes = [], attempts = 0 } = ends[index] ?? {};
    return outcomes.flatMap(({ resource, status, error }) => {
      const component = components.find(({ resources }) => resources.includes(resource));
      if (status === 'loaded' || component === undefined) return [];
      return [{ source, resource, loadKey: component.loadKey, attempt: attempts, status, error }];
    });
  });
}

const sourcesByResource = (plan: RunPlan): Record<string, string> =>
  Object.fromEntries(
    plan.tasks.flatMap((task) => resourcesOf(task).map((resource) => [resource, task.source] as const)),
  );
