import { zoneOf } from '../../plan';
import { printDeployReport } from '../output/deploy-report';
import { toJsonText } from '../output/format';
import { withClient } from '../session/client';
import type { Action } from '../session/command';

interface DeployOptions {
  readonly dryRun?: boolean;
  readonly prune?: boolean;
}

export const deploy: Action<DeployOptions> = async ({ context: { terminal }, context, options }) => {
  const { dryRun = false, prune = false } = options;
  await withClient(context, options, async (client) => {
    const report = await client.deploy({ dryRun, prune });
    if (options.json) terminal.out(toJsonText({ dryRun, ...report }));
    else printDeployReport(terminal, report, { dryRun, zoneOf: (name) => zoneOf(client.entry(name)).name });
  });
};
