import { proxyActivities, sleep } from '@temporalio/workflow';
import {
  type LoadIntervalInput,
  type LoadPlan,
  loadInput,
  type OutcomeStatus,
  type PlannedComponent,
  type ResourceOutcome,
  type TidemarkActivities,
  type TryEnd,
} from '../src/contracts';
import { loadProfile } from './activity-profiles';
import { failureOf, readTryFailure, type TryFailure } from './failures';

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

/**
 * Loads one component, with its tries: `policy.retries` more after a failure of the source or destination, none counted
 * where a worker was lost (up to three times) or the source asked for patience. Never throws: the outcomes say it.
 */
export async function loadComponent(options: {
  readonly run: LoadIntervalInput;
  readonly plan: LoadPlan;
  readonly component: PlannedComponent;
  readonly watch: ComponentWatch;
  /** How its first try ended, made in a group. */
  readonly first?: TryEnd;
  /** Tries that may be under way still, of which nobody knows the end. @default 0 */
  readonly lost?: number;
}): Promise<ComponentEnd> {
  const { run, plan, component, watch, first, lost = 0 } = options;
  const { tidemarkLoadResource } = proxyActivities<TidemarkActivities>(
    loadProfile(component.policy, plan.kind),
  );
  let failures = 0;
  let losses = 0;
  let waits = 0;
  for (let attempt = 1 + lost; ; attempt += 1) {
    watch({ phase: 'loading', attempt });
    let failure: TryFailure;
    try {
      const end =
        attempt === 1 && first !== undefined
          ? first
          : await tidemarkLoadResource(loadInput({ run, plan, component, attempt }));
      if ('outcomes' in end) return { outcomes: end.outcomes, attempts: attempt };
      failure = failureOf(end);
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
