import { ApplicationFailure, CancellationScope, proxyActivities } from '@temporalio/workflow';
import type {
  FirstAttempts,
  GroupResult,
  LoadIntervalInput,
  LoadIntervalResult,
  PlanIntervalInput,
  ResourceOutcome,
  RetryPolicy,
  RowFates,
  RunPlan,
  TidemarkActivities,
} from '../src/contracts';
import type { Interval } from '../src/interval';
import { loadProfile } from './activity-profiles';
import { readChildFailure } from './failures';
import { indexRun } from './nominal-time';
import type { ProgressTracker } from './track-progress';

/** Intervals whose first attempts one activity makes: many for few activities, few for a small payload. */
const BATCH = 20;

/** What is known of an interval's first attempts, which one activity makes for many. */
export interface AttemptsBefore {
  readonly made?: FirstAttempts | undefined;
  /** They may have been made, or be under way still. @default false */
  readonly lost?: boolean | undefined;
}

/** Worst first: what a resource amounts to over several intervals. */
const BY_WEIGHT = ['failed', 'cancelled', 'loaded', 'skipped'] as const;

/** What a resource amounts to over two intervals. */
export function together(a: ResourceOutcome | undefined, b: ResourceOutcome): ResourceOutcome {
  if (a === undefined) return b;
  const status = BY_WEIGHT.find((one) => a.status === one || b.status === one) ?? b.status;
  const tables: Record<string, number> = { ...a.tables };
  for (const [name, rows] of Object.entries(b.tables)) tables[name] = (tables[name] ?? 0) + rows;
  const error = a.error ?? b.error;
  return {
    resource: b.resource,
    status,
    tables,
    rows: a.rows + b.rows,
    bytes: a.bytes + b.bytes,
    schemaChanges: [...new Set([...a.schemaChanges, ...b.schemaChanges])],
    fates: fatesTogether(a.fates, b.fates),
    loadId: b.loadId ?? a.loadId,
    error,
  };
}

function fatesTogether(a: RowFates | undefined, b: RowFates | undefined): RowFates | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return {
    updated: a.updated + b.updated,
    skipped: a.skipped + b.skipped,
    stale: a.stale + b.stale,
    deleted: a.deleted + b.deleted,
  };
}

/** How a run of intervals plans and loads one of them. */
interface GroupLoader {
  planInput(one: LoadIntervalInput): PlanIntervalInput;
  plan(one: LoadIntervalInput): Promise<RunPlan>;
  load(one: LoadIntervalInput, first?: AttemptsBefore): Promise<LoadIntervalResult>;
  readonly progress: Pick<ProgressTracker, 'planned' | 'phase'>;
}

/**
 * Loads neighbouring intervals one after the other in one run. Each has its plan, load keys, transactions and ledger
 * rows; one that fails stops none of the others, and the run fails in the end naming each. First attempts are made by one
 * activity for many intervals; what one of them needs beyond that is done as for an interval by itself.
 */
export async function loadGroup(
  input: LoadIntervalInput,
  group: readonly Interval[],
  loader: GroupLoader,
): Promise<LoadIntervalResult> {
  const { group: _group, ...rest } = input;
  const one = (interval: Interval): LoadIntervalInput => ({
    ...rest,
    time: { kind: 'interval', interval },
  });
  const outcomes = new Map<string, ResourceOutcome>();
  const failures: GroupResult['failures'][number][] = [];
  const attemptsBefore = await attemptTogether(group, { one, ...loader });
  let last: LoadIntervalResult | undefined;
  for (const [index, interval] of group.entries()) {
    let result: LoadIntervalResult | undefined;
    try {
      result = await loader.load(one(interval), await attemptsBefore(index));
    } catch (error) {
      const end = readChildFailure(error);
      if (end.kind === 'cancelled') throw error;
      failures.push({ interval, code: end.code, message: end.message });
      result = end.result;
    }
    for (const outcome of result?.outcomes ?? [])
      outcomes.set(outcome.resource, together(outcomes.get(outcome.resource), outcome));
    last = result ?? last;
  }
  const whole = wholeOf(group);
  const result: LoadIntervalResult = {
    version: 1,
    pipeline: input.pipeline,
    kind: input.kind ?? 'manual',
    interval: whole,
    now: last?.now ?? '',
    outcomes: [...outcomes.values()],
    leftOut: last?.leftOut ?? [],
    group: { loaded: group.length - failures.length, failures },
  };
  if (failures.length === 0) return result;
  const lines = failures.map(({ interval, message }) => `[${interval.start}, ${interval.end}): ${message}`);
  throw ApplicationFailure.create({
    type: 'RUN_FAILED',
    message: `${failures.length} of ${group.length} intervals failed (pipeline "${input.pipeline}").\n${lines.join('\n')}`,
    nonRetryable: true,
    details: [result],
  });
}

function wholeOf(group: readonly Interval[]): Interval {
  const ends = group.flatMap(({ start, end }) => [start, end]).sort();
  return { start: ends[0] ?? '', end: ends.at(-1) ?? '' };
}

/**
 * Makes the first attempts of the intervals, so many at a time, when the first of those is asked for. Nothing of it is
 * needed: an interval of which nothing is known is planned and loaded by itself.
 */
async function attemptTogether(
  group: readonly Interval[],
  { one, plan, planInput, progress }: GroupLoader & { one(interval: Interval): LoadIntervalInput },
): Promise<(index: number) => Promise<AttemptsBefore>> {
  const none = async (): Promise<AttemptsBefore> => ({});
  const [first] = group;
  // other kinds wait for a slot, each interval its own
  if (first === undefined || one(first).kind !== 'backfill') return none;
  let planned: RunPlan;
  try {
    planned = await plan(one(first));
  } catch {
    return none;
  }
  if (planned.indexed) indexRun({ ...planned, range: { ...planned.range, interval: wholeOf(group) } });
  progress.planned(planned);
  progress.phase('loading');
  const { tidemarkLoadGroup } = proxyActivities<TidemarkActivities>(
    loadProfile(retryPolicyOf(planned, BATCH), planned.kind),
  );
  let batch: { readonly from: number; readonly loads: readonly FirstAttempts[]; readonly lost: boolean } = {
    from: -BATCH,
    loads: [],
    lost: false,
  };
  /** After a cancel: the interval whose end as cancelled takes the claims back. */
  const toBeCancelled = async (interval: Interval | undefined): Promise<FirstAttempts[]> => {
    if (interval === undefined || !CancellationScope.current().consideredCancelled) return [];
    return CancellationScope.nonCancellable(async () => [{ plan: await plan(one(interval)), attempts: {} }]);
  };
  return async (index) => {
    if (index >= batch.from + BATCH) {
      const intervals = group.slice(index, index + BATCH);
      try {
        const { loads } = await tidemarkLoadGroup({ version: 1, plan: planInput(one(first)), intervals });
        batch = { from: index, loads, lost: false };
      } catch {
        // its worker may load on, unheard of
        batch = { from: index, loads: await toBeCancelled(group[index]), lost: true };
      }
    }
    return { made: batch.loads[index - batch.from], lost: batch.lost };
  };
}

/** What the attempts of so many intervals may take together. */
function retryPolicyOf({ tasks }: RunPlan, intervals: number): RetryPolicy {
  const policies = tasks.map(({ retry }) => retry);
  return {
    retries: 0,
    timeoutMs: intervals * policies.reduce((sum, { timeoutMs }) => sum + timeoutMs, 1_000),
    heartbeatTimeoutMs: Math.max(...policies.map(({ heartbeatTimeoutMs }) => heartbeatTimeoutMs), 1_000),
  };
}
