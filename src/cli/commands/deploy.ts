import { deploy } from '../../temporal';
import type { Register } from '../command';
import { loadDeployment } from '../deployment';
import { printDeployReport } from '../output/deploy-report';
import { toJsonText } from '../output/format';
import { withTemporal } from '../session';

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
      run<DeployOptions>(async ({ context, options }) => {
        const { dryRun = false, prune = false } = options;
        const deployment = await loadDeployment(context, options);
        const report = await withTemporal(context, deployment, ({ client }) =>
          deploy({ client, config: deployment.config, dryRun, prune }),
        );
        if (options.json) return context.terminal.out(toJsonText({ dryRun, ...report }));
        printDeployReport(context.terminal, report, { dryRun });
        return undefined;
      }),
    );
};
