import { existsSync } from 'node:fs';
import path from 'node:path';
import { TidemarkError } from '../errors';

/** Names that are looked for, in this order. */
const NAMES = ['ts', 'mts', 'cts', 'js', 'mjs', 'cjs'].map((extension) => `temporal.config.${extension}`);

/**
 * The config file: the one given, else the nearest `temporal.config.*` in the folder or above it.
 * @throws CONFIG_NOT_FOUND
 */
export function findConfigFile(given: string | undefined, directory: string): string {
  if (given !== undefined) {
    const file = path.resolve(directory, given);
    if (existsSync(file)) return file;
    throw new TidemarkError(
      'CONFIG_NOT_FOUND',
      `The config file "${given}" does not exist (looked for "${file}").`,
      {
        details: { file },
      },
    );
  }
  for (let folder = path.resolve(directory); ; folder = path.dirname(folder)) {
    const found = NAMES.map((name) => path.join(folder, name)).find((file) => existsSync(file));
    if (found !== undefined) return found;
    if (folder === path.dirname(folder)) break;
  }
  throw new TidemarkError(
    'CONFIG_NOT_FOUND',
    `There is no temporal.config.ts in "${directory}" or above it. Create one with "tidemark init", or name it with --config FILE.`,
    { details: { directory } },
  );
}
