import { hostname } from 'node:os';
import { environmentVariables } from '../../config';
import type { DatasetHome } from '../../contracts';
import { forgetHost as forgetHomeOf, hostOf, type TidemarkClient } from '../../operate';
import { checkHome } from '../../run';
import { connectionSettings, findCli } from '../../temporal';
import { messageOf } from '../output/error';
import { plural, toJsonText } from '../output/format';
import { mark } from '../output/progress';
import { clientOf, describeAccess, loadDeployment, withClient } from '../session/client';
import { type Action, type CliContext, EXIT } from '../session/command';

interface DoctorOptions {
  readonly fixClock?: string;
  readonly forgetHost?: string;
}

/** One thing that was looked at. */
interface Check {
  readonly what: string;
  readonly ok: boolean;
  readonly detail: string;
}

/** Looks at one thing, and prints whether it is there. Never rejects. */
type Look = (what: string, look: () => Promise<string>) => Promise<void>;

/** `tidemark doctor --fix-clock PIPELINE`: the cure of CLOCK_SKEW, where this clock is right. */
async function fixClock(
  { terminal }: CliContext,
  client: TidemarkClient,
  { pipeline, json }: { readonly pipeline: string; readonly json: boolean | undefined },
): Promise<void> {
  const fixed = await client.fixClock(pipeline);
  if (json) terminal.out(toJsonText({ pipeline, ...fixed }));
  else if (fixed.renamed === 0)
    terminal.out(`No load of ${pipeline} is ahead of this clock (${fixed.now}); nothing was changed.`);
  else
    terminal.out(
      `${plural(fixed.renamed, 'load')} of ${pipeline}, up to ${fixed.latest}, got ids of now (${fixed.now}).`,
    );
}

/** `tidemark doctor --forget-host PIPELINE`: the cure of a DATASET_MISMATCH, where the other host is given up. */
async function forgetHost(
  { terminal }: CliContext,
  client: TidemarkClient,
  { pipeline, json }: { readonly pipeline: string; readonly json: boolean | undefined },
): Promise<void> {
  const forgotten = await forgetHomeOf(client, pipeline);
  if (json) terminal.out(toJsonText({ pipeline, forgotten }));
  else
    terminal.out(
      forgotten
        ? `The host of the dataset of ${pipeline} is forgotten; it is on the one that loads next.`
        : `Of ${pipeline} no host is known; nothing was changed.`,
    );
}

const diagnose: Action<unknown> = async ({ context, options }) => {
  const { terminal } = context;
  const checks: Check[] = [];
  const check: Look = async (what, look) => {
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
  let deployment: Awaited<ReturnType<typeof loadDeployment>> | undefined;
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
  context: CliContext,
  deployment: Awaited<ReturnType<typeof loadDeployment>>,
  check: Look,
): Promise<void> {
  const { config, directory } = deployment;
  await using client = clientOf(context, deployment);
  await check('secrets', async () => {
    const missing = client.missingSecrets();
    if (missing.length > 0) throw new Error(missing.join('\n'));
    return 'all there';
  });
  const env = environmentVariables({ directory });
  if (connectionSettings({ temporal: config.temporal, env, projectDir: directory }) === undefined)
    await check('Temporal CLI', () => findCli({ env, onProgress: (line) => context.terminal.err(line) }));
  const homes = new Map<string, DatasetHome | undefined>();
  await check('Temporal', async () => {
    const access = await client.temporal();
    for (const { name } of config.pipelines) homes.set(name, await hostOf(client, name));
    await client.close();
    return describeAccess(access);
  });
  for (const { name, pipeline } of config.pipelines) {
    await check(`destination of ${name}`, () =>
      client.withDataset(name, async (dataset) => `${dataset.location}, dataset ${dataset.name}`),
    );
    const home = homes.get(name);
    if (home !== undefined)
      await check(`host of ${name}`, async () => {
        await checkHome(pipeline, home, hostname());
        return home.host === hostname() ? home.host : `here from the next load on; was ${home.host}`;
      });
    const { checkpoints } = pipeline;
    if (checkpoints !== undefined)
      await check(`checkpoints of ${name}`, async () => {
        await checkpoints.check();
        return checkpoints.name;
      });
  }
}

export const doctor: Action<DoctorOptions> = (call) => {
  const { fixClock: fixed, forgetHost: forgotten, json } = call.options;
  if (fixed !== undefined)
    return withClient(call.context, call.options, (client) =>
      fixClock(call.context, client, { pipeline: fixed, json }),
    );
  if (forgotten !== undefined)
    return withClient(call.context, call.options, (client) =>
      forgetHost(call.context, client, { pipeline: forgotten, json }),
    );
  return diagnose(call);
};
