import { proxyActivities } from '@temporalio/workflow';
import type {
  AttemptOutcome,
  FailedAttempt,
  LoadIntervalInput,
  LoadResourceInput,
  PlannedComponent,
  ResourceOutcome,
  RunPlan,
  TidemarkActivities,
} from '../src/contracts';
import type { Interval } from '../src/interval';
import { PLAN, priorityOf } from './activity-profiles';
import { together } from './load-group';

/** An interval that others have loaded in more pieces than this is better loaded by shorter ones. */
const PIECES = 500;

/** How the run that an attempt belongs to plans an interval and makes an attempt. */
interface RestLoader {
  readonly run: LoadIntervalInput;
  plan(one: LoadIntervalInput): Promise<RunPlan>;
  attempt(input: LoadResourceInput): Promise<AttemptOutcome>;
}

/** Whether an attempt failed of what others have loaded in part, where only what is missing is asked for. */
export function leavesRest(run: LoadIntervalInput, made: AttemptOutcome | undefined): made is FailedAttempt {
  return run.unlessLoaded === true && made?.status === 'failed' && made.code === 'INTERVAL_OVERLAP';
}

/**
 * Loads what others have left of an interval that they loaded in part, each piece under a load key of its own: what an
 * attempt failed of that may not load their rows again. What can't be cut stays failed as it was.
 */
export async function loadRest(
  made: FailedAttempt,
  input: LoadResourceInput,
  loader: RestLoader,
): Promise<AttemptOutcome> {
  const outcomes: ResourceOutcome[] = [];
  for (const component of input.task.components) {
    const known = (made.outcomes ?? []).filter(({ resource }) => component.resources.includes(resource));
    if (known.length > 0 && known.every(({ status }) => status === 'loaded')) {
      outcomes.push(...known);
      continue;
    }
    const end = await loadPieces(made, { input, component, loader });
    if (end.status !== 'loaded') return end;
    outcomes.push(...end.outcomes);
  }
  return { status: 'loaded', outcomes };
}

async function loadPieces(
  made: FailedAttempt,
  {
    input,
    component,
    loader,
  }: { readonly input: LoadResourceInput; readonly component: PlannedComponent; readonly loader: RestLoader },
): Promise<AttemptOutcome> {
  const { interval } = input.range;
  if (interval === null) return made;
  const missing = await missingIn(interval, { input, component });
  const [first] = missing;
  if (first === undefined || isSame(first, interval)) return made;
  const byResource = new Map<string, ResourceOutcome>();
  for (const piece of missing) {
    const run: LoadIntervalInput = {
      ...loader.run,
      time: { kind: 'interval', interval: piece },
      resources: component.resources,
    };
    const plan = await loader.plan(run);
    const components = plan.tasks
      .filter(({ source }) => source === input.task.source)
      .flatMap((task) => task.components)
      .filter(({ name }) => name === component.name);
    const task = { ...input.task, components };
    const end = await loader.attempt({ ...input, range: plan.range, task });
    if (end.status !== 'loaded') return end;
    for (const outcome of end.outcomes)
      byResource.set(outcome.resource, together(byResource.get(outcome.resource), outcome));
  }
  return { status: 'loaded', outcomes: [...byResource.values()] };
}

const isSame = (a: Interval, b: Interval): boolean =>
  Date.parse(a.start) === Date.parse(b.start) && Date.parse(a.end) === Date.parse(b.end);

/** What the ledger shows to be missing of the component, in order. */
async function missingIn(
  { start, end }: Interval,
  { input, component }: { readonly input: LoadResourceInput; readonly component: PlannedComponent },
): Promise<Interval[]> {
  const { pipeline, kind } = input;
  if (kind !== 'backfill' && kind !== 'catchup') return [];
  const { tidemarkPlanBackfill } = proxyActivities<TidemarkActivities>({
    ...PLAN,
    priority: priorityOf(kind),
  });
  const page = await tidemarkPlanBackfill({
    version: 1,
    pipeline,
    kind,
    range: { from: start, to: end, chunk: 1, select: 'missing' },
    resources: component.resources,
    limit: PIECES,
  });
  return page.next === null ? page.chunks.map(({ interval }) => interval) : [];
}
