import {
  type BackfillRequest,
  backfillCommand,
  type LoadTable,
  type RunRequest,
  runCommand,
  type TidemarkClient,
} from '../operate';
import { zoneOf } from '../plan';
import type {
  BackfillPlanView,
  GridView,
  HistoryView,
  IntervalView,
  Overview,
  RowsView,
  RunPlanView,
} from './api';
import type { LoadsMemo } from './loads-memo';
import { isTemporalFailure } from './refusal';
import { gridView, intervalRun, runPlanView } from './views';

/*
 * What the page is answered, out of what the client reads. Where Temporal doesn't answer, what the ledger knows is shown all the
 * same; the overview says why.
 */

/** How all pipelines stand. */
export function overview(client: TidemarkClient): Promise<Overview> {
  return client.overview();
}

/** @throws RESOURCE_UNKNOWN, INSTANT_INVALID, DESTINATION_LOCKED and what else the dataset refuses */
export async function grid(
  client: TidemarkClient,
  pipeline: string,
  query: {
    readonly from?: string | undefined;
    readonly to?: string | undefined;
    readonly limit?: number | undefined;
  },
): Promise<GridView> {
  const read = (running: boolean) => client.grid(pipeline, { ...query, running });
  return gridView(client, await withTemporalIfAny(client, read));
}

/** @throws USAGE where there is no such interval; as {@link grid} */
export async function interval(
  client: TidemarkClient,
  of: {
    readonly pipeline: string;
    readonly at: string;
    readonly memo: LoadsMemo;
    readonly config: string | undefined;
  },
): Promise<IntervalView> {
  const { pipeline, at, memo, config } = of;
  const detail = await withTemporalIfAny(client, (run) => client.interval(pipeline, at, { run }));
  const temporal = detail.run === undefined ? undefined : await client.temporalIfAny();
  return {
    pipeline,
    zone: zoneOf(client.entry(pipeline)).name,
    interval: detail.interval,
    cells: detail.cells.map(({ resource, state, cause }) => ({ resource, state, cause })),
    ledger: detail.rows,
    run: intervalRun(detail, temporal),
    loads: await memo.loads(detail, () => client.loads(pipeline, detail.interval)),
    again: detail.again,
    command: runCommand(detail.again, { config }),
  };
}

/** @throws USAGE for what isn't a table of the pipeline */
export function rows(client: TidemarkClient, pipeline: string, of: LoadTable): Promise<RowsView> {
  return client.loadRows(pipeline, of);
}

export function history(client: TidemarkClient, pipeline: string): Promise<HistoryView> {
  return client.history(pipeline);
}

/** Chunks of a plan that are shown. */
const CHUNKS = 200;

/** @throws USAGE and what else the request's reading refuses */
export async function backfillPlan(
  client: TidemarkClient,
  request: BackfillRequest,
  config: string | undefined,
): Promise<BackfillPlanView> {
  const plan = await client.planBackfill(request, { explain: true, limit: CHUNKS });
  return {
    range: plan.range,
    total: plan.total ?? plan.chunks.length,
    chunks: plan.chunks.map((chunk) => ({
      interval: chunk.interval,
      intervals: chunk.intervals?.length ?? 1,
      why: chunk.why,
    })),
    leftOut: plan.leftOut ?? [],
    ...(await client.estimateBackfill(request, plan)),
    command: backfillCommand(request, { config }),
  };
}

/** @throws USAGE and what else the request's reading refuses */
export function runPlan(
  client: TidemarkClient,
  request: RunRequest,
  config: string | undefined,
): RunPlanView {
  return runPlanView(client.planRun(request), runCommand(request, { config }));
}

/** Reads with what Temporal knows, and without it where it isn't there or doesn't answer. */
async function withTemporalIfAny<T>(
  client: TidemarkClient,
  read: (asked: boolean) => Promise<T>,
): Promise<T> {
  try {
    const temporal = await client.temporalIfAny();
    return await read(temporal !== undefined);
  } catch (error) {
    if (!isTemporalFailure(error)) throw error;
    return read(false);
  }
}
