import { environmentVariables } from '../../config';
import { connectionSettings, findCli } from '../../temporal';
import { missingSecrets } from '../check-secrets';
import type { Action, Register } from '../command';
import { withDataset } from '../dataset';
import { type LoadedDeployment, loadDeployment } from '../deployment';
import { EXIT } from '../exit-code';
import { toJsonText } from '../output/format';
import { mark } from '../output/progress';
import { messageOf } from '../print-error';
import { describeAccess, withTemporal } from '../session';

/** One thing that was looked at. */
interface Check {
  readonly what: string;
  readonly ok: boolean;
  readonly detail: string;
}

/** `tidemark doctor`: looks at everything that a load needs, and says of each whether it is there. */
export const registerDoctor: Register = (program, run) => {
  program
    .command('doctor')
    .description('check the config, secrets, Temporal and the destinations')
    .action(run(diagnose));
};

const diagnose: Action<unknown> = async ({ context, options }) => {
  const { terminal } = context;
  const checks: Check[] = [];
  const check = async (what: string, look: () => Promise<string>): Promise<void> => {
    const result = await look().then(
      (detail) => ({ what, ok: true, detail }),
      (error: unknown) => ({ what, ok: false, detail: messageOf(error) }),
    );
    checks.push(result);
    if (!options.json)
      terminal.out(
        `${mark(terminal, result.ok ? 'done' : 'failed')} ${what}  ${result.detail.replaceAll('\n', '\n    ')}`,
      );
  };
  await check('Node', async () => process.version);
  let deployment: LoadedDeployment | undefined;
  await check('config', async () => {
    deployment = await loadDeployment(context, options);
    const { pipelines } = deployment.config;
    return `${deployment.file}: ${pipelines.map(({ name }) => name).join(', ')}`;
  });
  if (deployment !== undefined) await checkDeployment(context, deployment, check);
  if (options.json) terminal.out(toJsonText(checks));
  return checks.every(({ ok }) => ok) ? EXIT.done : EXIT.failed;
};

async function checkDeployment(
  context: Parameters<typeof withTemporal>[0],
  deployment: LoadedDeployment,
  check: (what: string, look: () => Promise<string>) => Promise<void>,
): Promise<void> {
  const { config, directory } = deployment;
  await check('secrets', async () => {
    const missing = missingSecrets(config.pipelines);
    if (missing.length > 0) throw new Error(missing.join('\n'));
    return 'all there';
  });
  const env = environmentVariables({ directory });
  if (connectionSettings({ temporal: config.temporal, env, projectDir: directory }) === undefined)
    await check('Temporal CLI', () => findCli({ env, onProgress: (line) => context.terminal.err(line) }));
  await check('Temporal', () => withTemporal(context, deployment, async (access) => describeAccess(access)));
  for (const entry of config.pipelines)
    await check(`destination of ${entry.name}`, () =>
      withDataset(context, entry, async (dataset) => `${dataset.location}, dataset ${dataset.name}`),
    );
}
