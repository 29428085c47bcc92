import path from 'node:path';
import { TidemarkError } from '../../errors';
import { type LoadedDeployment, loadDeployment as loadConfig, TidemarkClient } from '../../operate';
import type { TemporalAccess } from '../../temporal';
import type { CliContext, GlobalOptions } from './command';

/**
 * Loads the config that a command works with: the file that `--config` names, else the nearest one; of one that was found
 * in a folder above, that is said, for its code is run.
 * @throws CONFIG_NOT_FOUND, CONFIG_INVALID and what else `resolveConfig` refuses
 */
export function loadDeployment(
  { cwd, terminal }: Pick<CliContext, 'cwd' | 'terminal'>,
  { config }: Pick<GlobalOptions, 'config'>,
): Promise<LoadedDeployment> {
  return loadConfig({
    file: config,
    cwd,
    onFound(file) {
      if (config === undefined && path.dirname(file) !== path.resolve(cwd))
        terminal.err(`Using "${file}", of a folder above this one.`);
    },
  });
}

/** The client of a command: what takes long is told on the terminal, and Ctrl-C ends the waiting. */
export function clientOf(
  { terminal, interrupted }: Pick<CliContext, 'terminal' | 'interrupted'>,
  deployment: LoadedDeployment,
  temporal?: TemporalAccess,
): TidemarkClient {
  let waits = false;
  return new TidemarkClient(deployment, {
    temporal,
    signal: interrupted,
    onProgress: (line) => terminal.err(line),
    onLockWait() {
      if (!waits) terminal.err('Waiting for the process that has the database open.');
      waits = true;
    },
  });
}

/** Loads the config of a command, and gives its client for as long as `use` takes. */
export async function withClient<T>(
  context: CliContext,
  options: Pick<GlobalOptions, 'config'>,
  use: (client: TidemarkClient) => Promise<T>,
): Promise<T> {
  await using client = clientOf(context, await loadDeployment(context, options));
  return await use(client);
}

/**
 * Opens the way to Temporal for as long as `use` takes, or until the project's own server is lost.
 * @throws TEMPORAL_UNAVAILABLE, TEMPORAL_NOT_INSTALLED, SERVER_START_FAILED, and what `use` throws
 */
export async function withTemporal<T>(
  context: Pick<CliContext, 'terminal' | 'interrupted'>,
  deployment: LoadedDeployment,
  use: (access: TemporalAccess) => Promise<T>,
): Promise<T> {
  await using client = clientOf(context, deployment);
  const access = await client.temporal();
  return await unlessLost(access, use(access));
}

/**
 * What `work` gives, unless the project's own server is lost first: who waits for that would never hear of it.
 * @throws TEMPORAL_UNAVAILABLE, and what `work` throws
 */
export async function unlessLost<T>({ embedded }: TemporalAccess, work: Promise<T>): Promise<T> {
  if (embedded === undefined) return work;
  const lost = embedded.ended.then(() => {
    throw new TidemarkError(
      'TEMPORAL_UNAVAILABLE',
      "This project's own Temporal server has ended, or what keeps it was killed. Its data is kept: the next command starts it again, and what was under way goes on with a worker (tidemark dev).",
    );
  });
  return Promise.race([work, lost]);
}

/** Where Temporal is, for a person: `Temporal at 127.0.0.1:7233 (this project's own), UI http://…`. */
export function describeAccess(access: TemporalAccess): string {
  const own = access.embedded
    ? " (this project's own development server)"
    : ` (namespace ${access.namespace})`;
  return `Temporal at ${access.address}${own}${access.uiUrl ? `, UI ${access.uiUrl}` : ''}`;
}
