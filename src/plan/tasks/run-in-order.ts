import type { Decomposition, TriggerRule } from '../../contracts';

/** What a task amounts to for the one after it. */
export type TaskStatus = 'loaded' | 'failed' | 'cancelled' | 'skipped';

/**
 * Whether a task of a serial chain runs, given the one before it, as Airflow's trigger rules have it for a task with one
 * upstream task. One that was skipped because of the rule counts as failed for the next.
 */
function mayRun(rule: TriggerRule, previous: TaskStatus | undefined): boolean {
  return previous === undefined || rule === 'all_done' || previous === 'loaded';
}

/** How things with a name are run: in which order, and what becomes of those after one that failed. */
interface OrderOptions<T, R> {
  readonly decompose: { readonly kind: Decomposition; readonly limit: number };
  /** Asked where they run one after the other. */
  readonly triggerRule: TriggerRule;
  /** Runs one, or says why not. Never throws. @param skipped why the trigger rule leaves it out */
  run(item: T, skipped: string | undefined): Promise<R>;
  statusOf(result: R): TaskStatus;
  /** Whether the run was cancelled: then no trigger rule is asked, `run` says of each that it was cancelled. */
  cancelled(): boolean;
}

/** Runs all of them as the decomposition says: at once up to its limit, or one after the other. Results are in their order. */
export function runInOrder<T extends { readonly name: string }, R>(
  items: readonly T[],
  options: OrderOptions<T, R>,
): Promise<R[]> {
  const { kind } = options.decompose;
  return kind === 'parallel' || kind === 'parallel-isolated'
    ? inParallel(items, options)
    : inSeries(items, options);
}

async function inSeries<T extends { readonly name: string }, R>(
  items: readonly T[],
  { triggerRule, run, statusOf, cancelled }: OrderOptions<T, R>,
): Promise<R[]> {
  const results: R[] = [];
  let previous: { readonly name: string; readonly status: TaskStatus } | undefined;
  for (const item of items) {
    const runs = cancelled() || mayRun(triggerRule, previous?.status);
    const skipped = runs
      ? undefined
      : `"${previous?.name}" before it was not loaded (trigger rule ${triggerRule})`;
    const result = await run(item, skipped);
    results.push(result);
    previous = { name: item.name, status: statusOf(result) };
  }
  return results;
}

async function inParallel<T, R>(items: readonly T[], { decompose, run }: OrderOptions<T, R>): Promise<R[]> {
  const results: R[] = [];
  const waiting = items.entries();
  const lane = async (): Promise<void> => {
    for (const [index, item] of waiting) results[index] = await run(item, undefined);
  };
  const lanes = Math.min(Math.max(1, decompose.limit), items.length);
  await Promise.all(Array.from({ length: lanes }, lane));
  return results;
}
