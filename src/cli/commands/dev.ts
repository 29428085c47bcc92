import { deploy, type TemporalAccess } from '../../temporal';
import { missingSecrets } from '../check-secrets';
import type { Register } from '../command';
import type { CliContext, GlobalOptions } from '../context';
import { type LoadedDeployment, loadDeployment } from '../deployment';
import { printDeployReport } from '../output/deploy-report';
import { styleFor } from '../output/style';
import { startWorker } from '../own-worker';
import { printError } from '../print-error';
import { describeAccess, withTemporal } from '../session';
import { tellOfRuns } from '../tell-of-runs';
import { onEveryChange } from '../watch-files';

/** `tidemark dev`: server, worker and deployment in one command; a change of the config is deployed at once. */
export const registerDev: Register = (program, run) => {
  program
    .command('dev')
    .description('server, worker and deployment in one; follows changes of the config')
    .action(
      run(async ({ context, options }) => {
        const { terminal, interrupted } = context;
        const first = await loadDeployment(context, options);
        await withTemporal(context, first, async (access) => {
          terminal.err(describeAccess(access));
          let worker = await bringUp({ context, deployment: first, access });
          terminal.err(`Watching ${first.file}; Ctrl-C stops.`);
          const telling = tellOfRuns(terminal, access.client, interrupted);
          const watching = onEveryChange(first.file, interrupted, async () => {
            const next = await reload(context, options);
            if (next === undefined) return;
            await worker.stop();
            worker = await bringUp({ context, deployment: next, access });
          });
          // ends at Ctrl-C, or throws where a worker can't be started any more
          await watching.finally(() => Promise.all([worker.stop(), telling]));
        });
      }),
    );
};

async function bringUp(call: {
  readonly context: CliContext;
  readonly deployment: LoadedDeployment;
  readonly access: TemporalAccess;
}): ReturnType<typeof startWorker> {
  const { context, deployment, access } = call;
  const style = styleFor(context.terminal.colour);
  for (const line of missingSecrets(deployment.config.pipelines))
    context.terminal.err(`${style.yellow('warning')} ${line}`);
  const worker = await startWorker(call, { failures: true });
  const report = await deploy({ client: access.client, config: deployment.config });
  printDeployReport(context.terminal, report, { dryRun: false });
  return worker;
}

/** The changed config; undefined if it is wrong: what runs goes on with the one before. */
async function reload(context: CliContext, options: GlobalOptions): Promise<LoadedDeployment | undefined> {
  try {
    const deployment = await loadDeployment(context, options);
    context.terminal.err(`${deployment.file} changed.`);
    return deployment;
  } catch (error) {
    printError(context.terminal, error, { verbose: options.verbose, json: false });
    context.terminal.err('The deployment before stays.');
    return undefined;
  }
}
