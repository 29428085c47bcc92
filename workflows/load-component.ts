import { proxyActivities, sleep } from '@temporalio/workflow';
import type {
  LoadIntervalInput,
  LoadPlan,
  LoadResourceInput,
  OutcomeStatus,
  PlannedComponent,
  ResourceOutcome,
  TidemarkActivities,
} from '../src/contracts';
import { loadProfile } from './activity-profiles';
import { readTryFailure, type TryFailure } from './failures';

/** A worker that dies is no try; one that dies three times over the same load is likely killed by it. */
const LOSSES_ALLOWED = 3;
/** Waiting for a rate limit is no try, but a source that never lets us in must not be asked for ever. */
const RATE_LIMIT_WAITS_ALLOWED = 50;
const FIRST_BACKOFF_MS = 1_000;
const LONGEST_BACKOFF_MS = 60_000;

export interface ComponentEnd {
  readonly outcomes: readonly ResourceOutcome[];
  /** How often it was started. */
  readonly attempts: number;
}

/** Told whenever a try starts or fails. */
export type ComponentWatch = (change: {
  readonly phase: 'loading' | 'retrying';
  readonly attempt: number;
  readonly error?: { readonly code: string; readonly message: string };
}) => void;

export function outcomeWithoutLoad(
  resource: string,
  status: Exclude<OutcomeStatus, 'loaded'>,
  error?: { readonly code: string; readonly message: string },
): ResourceOutcome {
  const empty = { rows: 0, tables: {}, bytes: 0, schemaChanges: [], loadId: null };
  return { resource, status, ...empty, ...(error === undefined ? {} : { error }) };
}

export const resourcesOf = (component: PlannedComponent): readonly string[] =>
  component.parts.flatMap(({ resources }) => resources);

/** Outcomes of a component that failed: what its last try says of each resource, else the one failure for all. */
function failedOutcomes(
  component: PlannedComponent,
  error: { readonly code: string; readonly message: string },
  known: readonly ResourceOutcome[],
): ResourceOutcome[] {
  return resourcesOf(component).map(
    (resource) =>
      known.find((outcome) => outcome.resource === resource) ?? outcomeWithoutLoad(resource, 'failed', error),
  );
}

function loadInput(options: {
  readonly run: LoadIntervalInput;
  readonly plan: LoadPlan;
  readonly component: PlannedComponent;
  readonly attempt: number;
}): LoadResourceInput {
  const { run, plan, component, attempt } = options;
  const { pipeline, kind, mode, interval, now, firstStart, lookbackStart } = plan;
  const { bind, fullRefresh, replace, force } = run;
  return {
    version: 1,
    ...{ pipeline, component: component.name, source: component.source, parts: component.parts },
    ...{ kind, mode, interval, now, attempt },
    ...(plan.decompose.kind === 'parallel-isolated' && { isolated: true }),
    ...(firstStart !== undefined && { firstStart }),
    ...(lookbackStart !== undefined && { lookbackStart }),
    ...(bind !== undefined && { bind }),
    ...(fullRefresh !== undefined && { fullRefresh }),
    ...(replace !== undefined && { replace }),
    ...(force !== undefined && { force }),
  };
}

/**
 * Loads one component, with its tries: `policy.retries` more after a failure of the source or destination, none counted
 * where a worker was lost (up to three times) or the source asked for patience. Never throws: the outcomes say it.
 */
export async function loadComponent(options: {
  readonly run: LoadIntervalInput;
  readonly plan: LoadPlan;
  readonly component: PlannedComponent;
  readonly watch: ComponentWatch;
}): Promise<ComponentEnd> {
  const { run, plan, component, watch } = options;
  const { tidemarkLoadResource } = proxyActivities<TidemarkActivities>(
    loadProfile(component.policy, plan.kind),
  );
  let failures = 0;
  let losses = 0;
  let waits = 0;
  for (let attempt = 1; ; attempt += 1) {
    watch({ phase: 'loading', attempt });
    let failure: TryFailure;
    try {
      const { outcomes } = await tidemarkLoadResource(loadInput({ run, plan, component, attempt }));
      return { outcomes, attempts: attempt };
    } catch (error) {
      failure = readTryFailure(error);
    }
    const cancelled = (): ComponentEnd => ({
      outcomes: resourcesOf(component).map((resource) => outcomeWithoutLoad(resource, 'cancelled')),
      attempts: attempt,
    });
    if (failure.kind === 'cancelled') return cancelled();
    if (failure.kind === 'lost') {
      losses += 1;
      const message = `Loading was given up after ${losses} workers were lost over it; the last time ${failure.message}.`;
      const error = { code: 'WORKER_LOST', message };
      if (losses >= LOSSES_ALLOWED)
        return { outcomes: failedOutcomes(component, error, []), attempts: attempt };
      watch({ phase: 'retrying', attempt, error: { code: 'WORKER_LOST', message: failure.message } });
      continue;
    }
    const waiting = failure.retryAfterMs !== undefined && waits < RATE_LIMIT_WAITS_ALLOWED;
    const error = { code: failure.code, message: failure.message };
    if (!failure.retryable || (!waiting && failures >= component.policy.retries))
      return { outcomes: failedOutcomes(component, error, failure.outcomes), attempts: attempt };
    watch({ phase: 'retrying', attempt, error });
    const backoff = Math.min(FIRST_BACKOFF_MS * 2 ** failures, LONGEST_BACKOFF_MS);
    if (waiting) waits += 1;
    else failures += 1;
    try {
      await sleep(Math.max(failure.retryAfterMs ?? 0, backoff));
    } catch {
      return cancelled();
    }
  }
}
