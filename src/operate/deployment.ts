import path from 'node:path';
import { findConfigFile, loadConfigFile, resolveConfig, type TidemarkConfig } from '../config';
import { namesAndGuess, TidemarkError } from '../errors';
import type { Pipeline } from '../pipeline';
import type { Entry, EntryConfig } from '../run';
import type { Source } from '../source';

/** A config that was checked, and where it lies. */
export interface Deployment {
  /** The config file; undefined for a config that was given as a value. */
  readonly file?: string | undefined;
  /** The project's folder: where `.env`, certificates and the embedded server's data are. */
  readonly directory: string;
  readonly config: EntryConfig;
}

/** A deployment that was read from a file. */
export interface LoadedDeployment extends Deployment {
  readonly file: string;
}

/**
 * Loads a config file and checks it. The process moves to the file's folder: the paths in it, `.env` and `.dlt` mean the
 * same wherever the program was started.
 *
 * @param options.file the file's path. @default the nearest `temporal.config.*` in `cwd` or above it
 * @param options.cwd where the search begins, and what `file` is relative to
 * @param options.onFound called with the file before it is run
 * @throws CONFIG_NOT_FOUND, CONFIG_INVALID and what else `resolveConfig` refuses
 */
export async function loadDeployment(options: {
  readonly file?: string | undefined;
  readonly cwd: string;
  readonly onFound?: ((file: string) => void) | undefined;
}): Promise<LoadedDeployment> {
  const found = findConfigFile(options.file, options.cwd);
  options.onFound?.(found);
  const directory = path.dirname(found);
  process.chdir(directory);
  const { file, config } = await loadConfigFile<Pipeline, Source>({ file: found });
  return { file, directory, config: resolveConfig(config) };
}

/**
 * The deployment of a config that is at hand, as `defineConfig` gives it. The process stays where it is.
 *
 * @throws CONFIG_INVALID and what else `resolveConfig` refuses
 */
export function deploymentOf(config: TidemarkConfig<Pipeline, Source>, directory: string): Deployment {
  return { directory, config: resolveConfig(config) };
}

/**
 * The entry of a pipeline.
 *
 * @throws PIPELINE_UNKNOWN listing the names there are
 */
export function entryNamed({ config, file }: Deployment, name: string): Entry {
  const entry = config.pipelines.find((candidate) => candidate.name === name);
  if (entry !== undefined) return entry;
  const names = config.pipelines.map((candidate) => candidate.name);
  const where = file === undefined ? 'the config' : `"${file}"`;
  throw new TidemarkError(
    'PIPELINE_UNKNOWN',
    `There is no pipeline "${name}" in ${where}; it has ${namesAndGuess(name, names)}`,
    { details: { pipeline: name, pipelines: names } },
  );
}

/** The resources that an entry loads. */
export function resourceNames(entry: Entry): readonly string[] {
  return entry.sources().flatMap((source) => source.resourceNames);
}

/**
 * Checks names of resources.
 *
 * @throws RESOURCE_UNKNOWN listing the names there are
 */
export function checkResources(entry: Entry, resources: readonly string[] = []): void {
  const names = resourceNames(entry);
  for (const resource of resources)
    if (!names.includes(resource))
      throw new TidemarkError(
        'RESOURCE_UNKNOWN',
        `Pipeline "${entry.name}" has no resource "${resource}"; it has ${namesAndGuess(resource, names)}`,
        { details: { resource, resources: names } },
      );
}

/**
 * What is missing of the config and secrets of sources and destinations: a line for each pipeline whose runs would fail. Looking them up
 * also makes them known to the redaction.
 */
export function missingSecrets(entries: readonly Entry[]): string[] {
  return entries.flatMap((entry) => {
    try {
      // where it is, is known without connecting, if its config and secrets are there
      entry.pipeline.destination.describe(entry.name);
      for (const source of entry.sources())
        for (const secret of source.prepare().http.auth?.secrets ?? []) secret.reveal();
      return [];
    } catch (error) {
      // whatever the author's code throws is this pipeline's fault, and no reason not to look at the others
      return [`${entry.name}: ${error instanceof Error ? error.message : String(error)}`];
    }
  });
}
