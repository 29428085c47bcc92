import { TidemarkError } from '../../errors';
import { parseChunkSize } from '../../interval';
import { type BackfillRequest, checkResources } from '../../operate';
import { backfillRange, zoneOf } from '../../plan';
import type { Entry } from '../../run';
import { printBackfillPlan, printPlanOutline } from '../output/backfill-plan';
import { printDetached } from '../output/detached';
import { toJsonText } from '../output/format';
import { timesIn } from '../output/times';
import { followBackfill } from '../run/follow-backfill';
import { clientOf, loadDeployment, unlessLost } from '../session/client';
import type { Action } from '../session/command';
import { EXIT } from '../session/command';
import { readTyped } from '../session/typed';
import { withWorker } from '../worker/own-worker';

interface BackfillOptions {
  readonly from?: string;
  readonly to?: string;
  readonly chunk?: string;
  readonly parallel?: number;
  readonly resource?: readonly string[];
  readonly missing?: boolean;
  readonly failed?: boolean;
  readonly all?: boolean;
  readonly order?: 'oldest' | 'newest';
  readonly group?: number;
  readonly dryRun?: boolean;
  readonly detach?: boolean;
}

/** @throws RESOURCE_UNKNOWN, USAGE */
export function requestOf(entry: Entry, options: BackfillOptions): BackfillRequest {
  const { from, to, chunk, parallel, order, group, resource: resources } = options;
  checkResources(entry, resources);
  const selections = (['missing', 'failed', 'all'] as const).filter((name) => options[name] === true);
  if (selections.length > 1)
    throw new TidemarkError('USAGE', `--${selections.join(' and --')} exclude each other; give one of them.`);
  if (chunk !== undefined) checkChunk(chunk);
  const select = selections[0] ?? 'missing';
  return { pipeline: entry.name, select, from, to, chunk, parallel, order, group, resources };
}

/** @throws USAGE for a size that can't be read */
function checkChunk(text: string): void {
  try {
    parseChunkSize(text);
  } catch (cause) {
    throw new TidemarkError(
      'USAGE',
      `--chunk "${text}" is not a size; write "cron", a duration such as 1d or P1M, a unit of the calendar such as month, or the number of parts.`,
      { cause },
    );
  }
}

export const backfill: Action<BackfillOptions> = async ({ context, args: [pipeline = ''], options }) => {
  const deployment = await loadDeployment(context, options);
  await using client = clientOf(context, deployment);
  const { terminal } = context;
  const entry = client.entry(pipeline);
  const zone = zoneOf(entry).name;
  const request = requestOf(entry, options);
  const range = readTyped(() => backfillRange(entry, request, new Date()));
  if (options.dryRun) {
    const plan = await client.planBackfill(request, { explain: true });
    if (options.json) terminal.out(toJsonText(plan));
    else printBackfillPlan(terminal, plan, zone);
    return EXIT.done;
  }
  if (!options.json)
    printPlanOutline(terminal, await client.planBackfill(request, { limit: 1 }), request, zone);
  const access = await client.temporal();
  const { workflowId, runId, attached } = await client.startBackfill(request);
  terminal.err(`${attached ? 'joined' : 'started'} ${workflowId} over ${timesIn(zone).interval(range)}`);
  if (options.detach) {
    if (options.json) terminal.out(toJsonText({ workflowId, runId, attached }));
    else printDetached(terminal, workflowId, options);
    return EXIT.done;
  }
  const following = withWorker({ context, deployment, access }, () =>
    followBackfill({ context, access, workflowId, options, pipeline, zone }),
  );
  return await unlessLost(access, following);
};
