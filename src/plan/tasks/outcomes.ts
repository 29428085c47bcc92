import type { FailedAttempt, OutcomeStatus, PlannedTask, ResourceOutcome } from '../../contracts';
import type { TaskStatus } from './run-in-order';

/** The outcome of a resource of which nothing was loaded. */
export function outcomeWithoutLoad(
  resource: string,
  status: Exclude<OutcomeStatus, 'loaded'>,
  error?: { readonly code: string; readonly message: string },
): ResourceOutcome {
  return { resource, status, rows: 0, tables: {}, bytes: 0, schemaChanges: [], loadId: null, error };
}

/** The outcome of a resource of which nothing was left to load. */
export function outcomeOfNothing(resource: string): ResourceOutcome {
  return { resource, status: 'loaded', rows: 0, tables: {}, bytes: 0, schemaChanges: [], loadId: null };
}

/** How an attempt ends that took longer than it may. */
export const TIMED_OUT: FailedAttempt = {
  status: 'failed',
  code: 'LOAD_TIMEOUT',
  message: 'The load took longer than "timeout" allows; raise it, or load shorter intervals.',
  retryable: true,
};

/** The resources of a task, in the order of its components. */
export const resourcesOf = ({ components }: Pick<PlannedTask, 'components'>): readonly string[] =>
  components.flatMap(({ resources }) => resources);

/** What outcomes amount to together: a task failed if any of its resources did. */
export function statusOfOutcomes(outcomes: readonly ResourceOutcome[]): TaskStatus {
  const has = (status: ResourceOutcome['status']): boolean =>
    outcomes.some((outcome) => outcome.status === status);
  if (has('cancelled')) return 'cancelled';
  if (has('failed')) return 'failed';
  return outcomes.length > 0 && outcomes.every((outcome) => outcome.status === 'skipped')
    ? 'skipped'
    : 'loaded';
}
