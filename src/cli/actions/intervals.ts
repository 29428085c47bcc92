import { zoneOf } from '../../plan';
import { toJsonText } from '../output/format';
import { printIntervals } from '../output/intervals';
import { sayZone } from '../output/times';
import { withClient } from '../session/client';
import type { Action } from '../session/command';
import { typedRange } from '../session/typed';

interface IntervalsOptions {
  readonly from?: string;
  readonly to?: string;
  readonly resource?: readonly string[];
}

export const intervals: Action<IntervalsOptions> = ({
  context: { terminal },
  context,
  args: [pipeline = ''],
  options,
}) =>
  withClient(context, options, async (client) => {
    const entry = client.entry(pipeline);
    const { from, to } = typedRange(entry, options);
    const zone = zoneOf(entry).name;
    const resources = await client.intervals(pipeline, { from, to, resources: options.resource });
    if (options.json) return terminal.out(toJsonText({ pipeline, resources }));
    sayZone(terminal, zone);
    for (const resource of resources) printIntervals(terminal, { pipeline, zone }, resource);
  });
