import { zoneOf } from '../../plan';
import { toJsonText } from '../output/format';
import { printStatus, statusAsJson } from '../output/status';
import { styleFor } from '../output/style';
import { describeAccess, withClient } from '../session/client';
import type { Action } from '../session/command';

export const status: Action<unknown> = ({ context: { terminal }, context, args: [pipeline], options }) =>
  withClient(context, options, async (client) => {
    const statuses = await client.status(pipeline === undefined ? undefined : [pipeline]);
    if (options.json) return terminal.out(toJsonText(statuses.map(statusAsJson)));
    const temporal = await client.temporalIfAny();
    if (temporal !== undefined) terminal.err(styleFor(terminal.colour).dim(describeAccess(temporal)));
    for (const status of statuses) printStatus(terminal, status, zoneOf(client.entry(status.pipeline)).name);
  });
