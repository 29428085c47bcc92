import type { LoadedDeployment } from '../../operate';
import type { TemporalAccess } from '../../temporal';
import { printEndedRuns } from '../dev/ended-runs';
import { onEveryChange } from '../dev/watch-files';
import { printDeployReport } from '../output/deploy-report';
import { printError } from '../output/error';
import { styleFor } from '../output/style';
import { clientOf, describeAccess, loadDeployment, withTemporal } from '../session/client';
import type { CliContext, GlobalOptions, Register } from '../session/command';
import { startWorker } from '../worker/own-worker';

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
          const printing = printEndedRuns(terminal, access.client, interrupted);
          const watching = onEveryChange(first.file, interrupted, async () => {
            const next = await reload(context, options);
            if (next === undefined) return;
            await worker.stop();
            worker = await bringUp({ context, deployment: next, access });
          });
          // ends at Ctrl-C, or throws where a worker can't be started any more
          await watching.finally(() => Promise.all([worker.stop(), printing]));
        });
      }),
    );
};

/** Starts a worker for a deployment, and deploys it. */
async function bringUp(call: {
  readonly context: CliContext;
  readonly deployment: LoadedDeployment;
  readonly access: TemporalAccess;
}): ReturnType<typeof startWorker> {
  const { context, deployment, access } = call;
  const { terminal } = context;
  const client = clientOf(context, deployment, access);
  for (const line of client.missingSecrets())
    terminal.err(`${styleFor(terminal.colour).yellow('warning')} ${line}`);
  const worker = await startWorker(call, { failures: true });
  printDeployReport(terminal, await client.deploy(), { dryRun: false });
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
