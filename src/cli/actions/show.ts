import { TidemarkError } from '../../errors';
import type { TidemarkClient } from '../../operate';
import { zoneOf } from '../../plan';
import { toJsonText } from '../output/format';
import { printIntervals } from '../output/intervals';
import { sayZone } from '../output/times';
import { followBackfill } from '../run/follow-backfill';
import { followRun } from '../run/run-remote';
import { unlessLost, withClient } from '../session/client';
import { type Action, type CliContext, EXIT, type ExitCode, type GlobalOptions } from '../session/command';
import { typedRange } from '../session/typed';

async function showInterval(call: {
  readonly context: CliContext;
  readonly client: TidemarkClient;
  readonly pipeline: string;
  readonly date: string | undefined;
  readonly options: GlobalOptions;
}): Promise<ExitCode> {
  const { context, client, pipeline, date, options } = call;
  const entry = client.entry(pipeline);
  const { from } = typedRange(entry, { from: date });
  if (from === undefined)
    throw new TidemarkError(
      'USAGE',
      `"${pipeline}" is a pipeline: give a date in the interval to be shown, "tidemark show ${pipeline} 2024-01-31", or a run's id.`,
    );
  const to = new Date(Date.parse(from) + 1000).toISOString();
  const resources = await client.intervals(pipeline, { from, to });
  if (options.json) context.terminal.out(toJsonText({ pipeline, resources }));
  else {
    sayZone(context.terminal, zoneOf(entry).name);
    for (const resource of resources)
      printIntervals(context.terminal, { pipeline, zone: zoneOf(entry).name }, resource);
  }
  return EXIT.done;
}

export const show: Action<unknown> = ({ context, args: [what = '', date], options }) =>
  withClient(context, options, async (client) => {
    const names = client.config.pipelines.map(({ name }) => name);
    if (date !== undefined || names.includes(what))
      return showInterval({ context, client, pipeline: what, date, options });
    const { workflowId, kind } = await client.findRun(what);
    // "tidemark-a-" also begins the ids of a pipeline "a-b"
    const longestFirst = names.sort((a, b) => b.length - a.length);
    const pipeline = longestFirst.find((name) => workflowId.startsWith(`tidemark-${name}-`)) ?? what;
    const entry = client.config.pipelines.find(({ name }) => name === pipeline);
    const zone = entry && zoneOf(entry).name;
    const access = await client.temporal();
    sayZone(context.terminal, zone);
    const call = { context, access, workflowId, options, pipeline };
    const following = kind === 'backfill' ? followBackfill({ ...call, zone }) : followRun({ ...call, entry });
    return unlessLost(access, following);
  });
