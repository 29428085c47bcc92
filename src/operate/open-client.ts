import type { TidemarkConfig } from '../config';
import type { Pipeline } from '../pipeline';
import type { Source } from '../source';
import type { ClientOptions } from './access';
import { TidemarkClient } from './client';
import { deploymentOf, loadDeployment } from './deployment';

/** {@link ClientOptions}, and where the config is. */
export interface OpenClientOptions extends ClientOptions {
  /** Where the search for a config file begins; of a config that is given, the project's folder. @default the current one */
  readonly directory?: string | undefined;
}

/**
 * Opens a client on a config: a value as `defineConfig` gives it, or the path of a file. A file is loaded as the command
 * line loads it: the process moves to its folder, so that paths in it mean the same wherever the program was started.
 * Nothing else is opened yet.
 *
 * @param config @default the nearest `temporal.config.*` in `options.directory` or above it
 * @throws CONFIG_NOT_FOUND, CONFIG_INVALID
 * @example
 * await using client = await openClient('temporal.config.ts');
 * for (const { resource, gaps } of await client.intervals('zendesk'))
 *   for (const gap of gaps) console.log(resource, gap.start, gap.end, gap.cause);
 * const { workflowId } = await client.startBackfill({ pipeline: 'zendesk', select: 'missing' });
 */
export async function openClient(
  config?: TidemarkConfig<Pipeline, Source> | string,
  options: OpenClientOptions = {},
): Promise<TidemarkClient> {
  const { directory = process.cwd(), ...rest } = options;
  const deployment =
    config === undefined || typeof config === 'string'
      ? await loadDeployment({ file: config, cwd: directory })
      : deploymentOf(config, directory);
  return new TidemarkClient(deployment, rest);
}
