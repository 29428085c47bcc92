import type { BackfillPage } from '../contracts';
import type { Dataset } from '../destination';
import type { Interval } from '../interval';
import {
  type BackfillRequest,
  backfillRange,
  checkBindings,
  listComponents,
  planBackfillPage,
  planRun,
  type RunRequest,
  resolveRun,
  resourcesOf,
} from '../plan';
import { type Entry, gapReader } from '../run';

/** What a backfill would load, by the ledger as it is now: its first chunks, how many there are, what is left out. */
export interface BackfillPlan extends BackfillPage {
  readonly pipeline: string;
  /** What the request's `from` and `to` come to. */
  readonly range: Interval;
}

/** How a backfill's plan is read. */
export interface BackfillPlanOptions {
  /** At most so many chunks; the total counts all of them. @default 1000 */
  readonly limit?: number | undefined;
  /** Whether each chunk says why it would be run. @default false */
  readonly explain?: boolean | undefined;
}

/** More than this nobody reads. */
const CHUNKS = 1000;

/**
 * Plans a backfill and starts nothing.
 *
 * @throws RESOURCE_UNKNOWN, USAGE, INSTANT_INVALID, INTERVAL_INVALID, DURATION_INVALID
 */
export async function planBackfill(options: {
  readonly entry: Entry;
  readonly dataset: Pick<Dataset, 'coverage'>;
  readonly request: BackfillRequest;
  readonly now: Date;
  readonly plan?: BackfillPlanOptions | undefined;
}): Promise<BackfillPlan> {
  const { entry, dataset, request, now, plan = {} } = options;
  const { limit = CHUNKS, explain = false } = plan;
  const range = backfillRange(entry, request, now);
  const { chunk, select, order, group } = request;
  const page = await planBackfillPage({
    entry,
    components: listComponents(entry, request.resources),
    input: {
      version: 1,
      pipeline: entry.name,
      kind: 'backfill',
      range: { from: range.start, to: range.end, chunk, select, order, group },
      limit,
    },
    gaps: gapReader(dataset),
    indexed: false,
    explain,
  });
  return { pipeline: entry.name, range, ...page };
}

/** What a manual run would load. */
export interface ManualRunPlan {
  readonly pipeline: string;
  /** The id that the run would have: one interval of a pipeline runs once at a time. */
  readonly workflowId: string;
  /** Null for a run without one. */
  readonly interval: Interval | null;
  /** What is loaded by one activity each. */
  readonly tasks: readonly {
    readonly name: string;
    readonly source: string;
    readonly resources: readonly string[];
  }[];
  /** One line, such as why a run without a date loads nothing. */
  readonly note: string | undefined;
}

/**
 * Plans a manual run and starts nothing.
 *
 * @throws RESOURCE_UNKNOWN, PARAM_INVALID, USAGE, INSTANT_INVALID, INTERVAL_INVALID
 */
export function planManualRun(entry: Entry, request: RunRequest, now: Date): ManualRunPlan {
  checkBindings(entry, request.bind);
  const { workflowId, input } = resolveRun(entry, request);
  const plan = planRun({
    entry,
    components: listComponents(entry, request.resources),
    input: { version: 1, kind: 'manual', run: input, startedAt: now.toISOString(), origin: workflowId },
    indexed: false,
  });
  return {
    pipeline: entry.name,
    workflowId,
    interval: plan.range.interval ?? null,
    tasks: plan.tasks.map((task) => ({ name: task.name, source: task.source, resources: resourcesOf(task) })),
    note: plan.note,
  };
}
