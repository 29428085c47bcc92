import { type Client, WorkflowExecutionAlreadyStartedError } from '@temporalio/client';
import type { ResolvedConfig, ResolvedPipeline } from '../config';
import { type BackfillInput, backfillId, MEMO_KEY, WORKFLOWS } from '../contracts';
import { TidemarkError } from '../errors';
import { parseChunkSize } from '../interval';
import { type BackfillRequest, backfillRange, entryOf, type RunRequest, resolveRun } from '../plan';
import type { StartedRun } from './types';

/** What starts a workflow of a deployment. */
interface Starter {
  readonly client: Client;
  readonly config: ResolvedConfig;
}

interface Start {
  readonly workflowType: string;
  readonly workflowId: string;
  readonly input: unknown;
  readonly memo: Readonly<Record<string, unknown>>;
}

/** Starts a workflow, or names the one of that id that runs already. */
async function startOrAttach({ client, config }: Starter, start: Start): Promise<StartedRun> {
  const { workflowId } = start;
  try {
    const handle = await client.workflow.start(start.workflowType, {
      workflowId,
      taskQueue: config.temporal.taskQueue,
      args: [start.input],
      memo: { [MEMO_KEY]: start.memo },
    });
    return { workflowId, runId: handle.firstExecutionRunId, attached: false };
  } catch (error) {
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
    const { runId } = await client.workflow.getHandle(workflowId).describe();
    return { workflowId, runId, attached: true };
  }
}

/**
 * Starts a manual run. One interval of a pipeline runs once at a time: if that run is under way, it is what is returned.
 *
 * @throws TidemarkError PIPELINE_UNKNOWN, RESOURCE_UNKNOWN, USAGE, INSTANT_INVALID, INTERVAL_INVALID
 */
export async function startRun(starter: Starter, request: RunRequest): Promise<StartedRun> {
  const entry = entryOf(starter.config, request.pipeline);
  checkResources(entry, request.resources);
  const { workflowId, input } = resolveRun(entry, request);
  const memo = { pipeline: entry.name, kind: 'manual' };
  return startOrAttach(starter, { workflowType: WORKFLOWS.loadInterval, workflowId, input, memo });
}

function checkResources(entry: ResolvedPipeline, resources: readonly string[] | undefined): void {
  if (resources === undefined) return;
  const known = entry.sources().flatMap(({ resourceNames }) => [...resourceNames]);
  for (const resource of resources)
    if (!known.includes(resource))
      throw new TidemarkError(
        'RESOURCE_UNKNOWN',
        `The pipeline "${entry.name}" loads no resource "${resource}"; it loads "${known.join('", "')}".`,
        { details: { pipeline: entry.name, resource, known } },
      );
}

/**
 * Starts a backfill, or names the one over the same range that runs already.
 *
 * @throws TidemarkError PIPELINE_UNKNOWN, RESOURCE_UNKNOWN, USAGE, INSTANT_INVALID, INTERVAL_INVALID
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
  return startOrAttach(starter, {
    workflowType: WORKFLOWS.backfill,
    workflowId: backfillId(entry.name, input.range),
    input,
    memo: { pipeline: entry.name, kind: 'backfill' },
  });
}
