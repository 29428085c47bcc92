import type { LoadPlan, PlannedComponent, ResourceOutcome, TriggerRule } from '../src/contracts';

type ComponentStatus = 'loaded' | 'failed' | 'cancelled' | 'skipped';

/** What a component amounts to for the one after it: it failed if any of its resources did. */
export function componentStatus(outcomes: readonly ResourceOutcome[]): ComponentStatus {
  const has = (status: ResourceOutcome['status']): boolean =>
    outcomes.some((outcome) => outcome.status === status);
  if (has('cancelled')) return 'cancelled';
  if (has('failed')) return 'failed';
  return outcomes.length > 0 && outcomes.every((outcome) => outcome.status === 'skipped')
    ? 'skipped'
    : 'loaded';
}

/**
 * Whether a component of a serial chain runs, given the one before it, as Airflow's trigger rules have it for a task
 * with one upstream task. One that was skipped because of the rule counts as failed for the next.
 */
export function mayRun(rule: TriggerRule, previous: ComponentStatus | undefined): boolean {
  return previous === undefined || rule === 'all_done' || previous === 'loaded';
}

/** Loads one component, or says why not. Never throws. */
export interface ComponentRunner {
  load(component: PlannedComponent): Promise<readonly ResourceOutcome[]>;
  skip(component: PlannedComponent, because: string): readonly ResourceOutcome[];
  readonly cancelled: () => boolean;
}

async function inSeries(plan: LoadPlan, runner: ComponentRunner): Promise<ResourceOutcome[]> {
  const all: ResourceOutcome[] = [];
  let previous: { readonly name: string; readonly status: ComponentStatus } | undefined;
  for (const component of plan.components) {
    const runs = runner.cancelled() || mayRun(plan.triggerRule, previous?.status);
    const outcomes = runs
      ? await runner.load(component)
      : runner.skip(
          component,
          `"${previous?.name}" before it was not loaded (trigger rule ${plan.triggerRule})`,
        );
    all.push(...outcomes);
    previous = { name: component.name, status: componentStatus(outcomes) };
  }
  return all;
}

async function inParallel(plan: LoadPlan, runner: ComponentRunner): Promise<ResourceOutcome[]> {
  const results: (readonly ResourceOutcome[])[] = plan.components.map(() => []);
  let next = 0;
  const lane = async (): Promise<void> => {
    for (let index = next++; index < plan.components.length; index = next++)
      results[index] = await runner.load(plan.components[index] as PlannedComponent);
  };
  const lanes = Math.min(Math.max(1, plan.decompose.limit), plan.components.length);
  await Promise.all(Array.from({ length: lanes }, lane));
  return results.flat();
}

/** Runs the components of a plan as its decomposition says; outcomes are in the order of the plan. */
export function runComponents(plan: LoadPlan, runner: ComponentRunner): Promise<ResourceOutcome[]> {
  const parallel = plan.decompose.kind === 'parallel' || plan.decompose.kind === 'parallel-isolated';
  return parallel ? inParallel(plan, runner) : inSeries(plan, runner);
}
