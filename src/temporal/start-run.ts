import type { Client } from '@temporalio/client';
import type { PipelineRef, ResolvedConfig, ResolvedPipeline } from '../config';
import { type BackfillInput, backfillId, type LoadIntervalInput, MEMO_KEY, WORKFLOWS } from '../contracts';
import { TidemarkError } from '../errors';
import { parseChunkSize } from '../interval';
import {
  type BackfillRequest,
  backfillRange,
  checkBindings,
  entryOf,
  listComponents,
  type RunRequest,
  refuseWithoutDate,
  resolveRun,
} from '../plan';
import type { Source } from '../source';
import { backfillDifferences, differencesText, runDifferences } from './request-differences';
import { beginOrFind } from './started-input';
import type { Difference, StartedRun } from './types';

/** What starts a workflow of a deployment. */
interface Starter {
  readonly client: Client;
  readonly config: ResolvedConfig<PipelineRef, Source>;
}

interface Start<I> {
  readonly workflowType: string;
  readonly workflowId: string;
  readonly input: I;
  readonly memo: Readonly<Record<string, unknown>>;
  /** In what it differs from the one of its id that runs. */
  differences(running: I): readonly Difference[];
  /** The commands that help where it differs. */
  readonly cure: string;
}

/**
 * Starts a workflow, or joins the one of that id that runs already, if that was asked for the same.
 * @throws TidemarkError USAGE where it was asked for something else
 */
async function startOrJoin<I>({ client, config }: Starter, start: Start<I>): Promise<StartedRun> {
  const { workflowType, workflowId, input, differences, cure } = start;
  const begun = await beginOrFind(client, {
    workflowType,
    workflowId,
    taskQueue: config.temporal.taskQueue,
    input,
    memo: { [MEMO_KEY]: start.memo },
  });
  const { runId } = begun;
  if (begun.started) return { workflowId, runId, attached: false };
  const differing = differences(begun.input);
  if (differing.length === 0) return { workflowId, runId, attached: true };
  throw new TidemarkError(
    'USAGE',
    `"${workflowId}" is under way, and was asked for something else: ${differencesText(differing)}. ${cure}`,
    { details: { workflowId, runId, differences: differing } },
  );
}

/**
 * Starts a manual run. One interval of a pipeline runs once at a time: if that run is under way and loads the same, it is
 * what is returned.
 *
 * @throws TidemarkError PIPELINE_UNKNOWN, RESOURCE_UNKNOWN, PARAM_INVALID, INSTANT_INVALID, INTERVAL_INVALID; USAGE, also
 * where one that is under way was asked for something else
 */
export async function startRun(starter: Starter, request: RunRequest): Promise<StartedRun> {
  const entry = entryOf(starter.config, request.pipeline);
  checkResources(entry, request.resources);
  checkBindings(entry, request.bind);
  const { workflowId, input } = resolveRun(entry, request);
  refuseWithoutDate(entry, input);
  const memo = { pipeline: entry.name, kind: 'manual' };
  return startOrJoin<LoadIntervalInput>(starter, {
    workflowType: WORKFLOWS.loadInterval,
    workflowId,
    input,
    memo,
    differences: (running) => runDifferences(entry, running, input),
    cure: `Watch it with "tidemark show ${workflowId}" and ask again when it has ended, or end it with "tidemark cancel ${workflowId}".`,
  });
}

/** @throws TidemarkError RESOURCE_UNKNOWN */
function checkResources(
  entry: ResolvedPipeline<PipelineRef, Source>,
  resources: readonly string[] | undefined,
): void {
  // the listing refuses what it doesn't know
  if (resources !== undefined) listComponents(entry, resources);
}

/**
 * Starts a backfill, or names the one over the same range that runs already, if it was asked for the same.
 *
 * @throws TidemarkError PIPELINE_UNKNOWN, RESOURCE_UNKNOWN, INSTANT_INVALID, INTERVAL_INVALID; USAGE, also where the one
 * that is under way was asked for something else
 */
export async function startBackfill(starter: Starter, request: BackfillRequest): Promise<StartedRun> {
  const entry = entryOf(starter.config, request.pipeline);
  checkResources(entry, request.resources);
  const { start, end } = backfillRange(entry, request, new Date());
  const { chunk, select, order, group, resources, parallel } = request;
  if (chunk !== undefined) parseChunkSize(String(chunk));
  const input: BackfillInput = {
    version: 1,
    pipeline: entry.name,
    kind: 'backfill',
    range: {
      from: start,
      to: end,
      chunk,
      select,
      order,
      group,
    },
    resources,
    parallel,
  };
  const workflowId = backfillId(entry.name, input.range);
  return startOrJoin(starter, {
    workflowType: WORKFLOWS.backfill,
    workflowId,
    input,
    memo: { pipeline: entry.name, kind: 'backfill' },
    differences: (running) => backfillDifferences(entry, running, input),
    cure: `Watch it with "tidemark show ${workflowId}", change how many run at a time with "tidemark resize ${workflowId} --parallel ${parallel ?? 1}", or end it with "tidemark cancel ${workflowId}" and ask again.`,
  });
}
