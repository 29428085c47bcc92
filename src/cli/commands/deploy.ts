import { printDeployReport } from '../output/deploy-report';
import { toJsonText } from '../output/format';
import { withClient } from '../session/client';
import type { Register } from '../session/command';

interface DeployOptions {
  readonly dryRun?: boolean;
  readonly prune?: boolean;
}

/** `tidemark deploy`: brings the server's Schedules in line with the config and starts what is to be caught up. */
export const registerDeploy: Register = (program, run) => {
  program
    .command('deploy')
    .description('bring the Schedules on Temporal in line with the config')
    .option('--dry-run', 'only show what would change')
    .option('--prune', 'delete Schedules of this deployment that the config no longer has')
    .action(
      run<DeployOptions>(async ({ context: { terminal }, context, options }) => {
        const { dryRun = false, prune = false } = options;
        const report = await withClient(context, options, (client) => client.deploy({ dryRun, prune }));
        if (options.json) terminal.out(toJsonText({ dryRun, ...report }));
        else printDeployReport(terminal, report, { dryRun });
      }),
    );
};
