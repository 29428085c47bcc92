import { later, type Register } from '../session/command';

/** `tidemark deploy`: brings the server's Schedules in line with the config and starts what is to be caught up. */
export const registerDeploy: Register = (program, run) => {
  program
    .command('deploy')
    .description('bring the Schedules on Temporal in line with the config')
    .option('--dry-run', 'only show what would change')
    .option('--prune', 'delete Schedules of pipelines that the config no longer has')
    .action(run(later(async () => (await import('../actions/deploy.js')).deploy)));
};
