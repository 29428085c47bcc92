import path from 'node:path';
import { findConfigFile, loadConfigFile, resolveConfig } from '../config';
import { namesAndGuess, TidemarkError } from '../errors';
import type { Pipeline } from '../pipeline';
import type { Entry, EntryConfig } from '../run';
import type { Source } from '../source';
import type { CliContext, GlobalOptions } from './context';

/** The user's config file, loaded and checked. */
export interface LoadedDeployment {
  readonly file: string;
  /** The folder of the file: the project. */
  readonly directory: string;
  readonly config: EntryConfig;
}

/**
 * Loads the file that `--config` names, else the nearest `temporal.config.ts`. The process moves to its folder: the paths in
 * it, `.env` and `.dlt` mean the same wherever the command is called.
 * @throws CONFIG_NOT_FOUND, CONFIG_INVALID and what else `resolveConfig` refuses
 */
export async function loadDeployment(
  context: Pick<CliContext, 'cwd'>,
  options: Pick<GlobalOptions, 'config'>,
): Promise<LoadedDeployment> {
  const found = findConfigFile(options.config, context.cwd);
  const directory = path.dirname(found);
  process.chdir(directory);
  const { file, config } = await loadConfigFile<Pipeline, Source>({ file: found });
  return { file, directory, config: resolveConfig(config) };
}

/**
 * The entry of a name that was typed.
 * @throws PIPELINE_UNKNOWN listing the names there are
 */
export function entryNamed(deployment: LoadedDeployment, name: string): Entry {
  const entries = deployment.config.pipelines;
  const entry = entries.find((candidate) => candidate.name === name);
  if (entry) return entry;
  const names = entries.map((candidate) => candidate.name);
  throw new TidemarkError(
    'PIPELINE_UNKNOWN',
    `There is no pipeline "${name}" in "${deployment.file}"; it has ${namesAndGuess(name, names)}`,
    { details: { pipeline: name, pipelines: names } },
  );
}

/**
 * Checks names of resources that were typed.
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

export function resourceNames(entry: Entry): readonly string[] {
  return entry.sources().flatMap((source) => source.resourceNames);
}
