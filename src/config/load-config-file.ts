import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { isTidemarkError, TidemarkError } from '../errors';
import { problemAt } from './config-problem';
import { findConfigFile } from './find-config-file';
import type { PipelineRef, SourceRef, TidemarkConfig } from './types';

interface LoadedConfigFile<P extends PipelineRef = PipelineRef, S extends SourceRef = SourceRef> {
  /** The absolute path of the file. */
  readonly file: string;
  readonly config: TidemarkConfig<P, S>;
}

/** Imports a module: TypeScript at each call again, JavaScript once a process. */
export async function importFile(file: string): Promise<unknown> {
  // every call reads TypeScript again, with what it imports, so that `tidemark dev` sees a change anywhere
  if (/\.[cm]?ts$/.test(file)) {
    const { createJiti } = await import('jiti');
    return createJiti(__filename, { moduleCache: false, fsCache: false }).import(file);
  }
  return import(pathToFileURL(file).href);
}

/** What a module exports by default, else all that it exports. TypeScript is read through jiti. */
export async function loadDefaultExport(file: string): Promise<unknown> {
  return defaultExport(await importFile(file));
}

/** The default export, whichever way the module system wrapped it. */
function defaultExport(loaded: unknown): unknown {
  let value = loaded;
  for (let depth = 0; depth < 2; depth += 1) {
    if (typeof value !== 'object' || value === null || !('default' in value)) break;
    value = value.default;
  }
  return value;
}

/**
 * Loads `temporal.config.ts` (through jiti, at each call again) or a compiled `.js` (without it, once a process). Nothing is
 * started, and only that it exports an object is checked: `resolveConfig` does the rest.
 *
 * @param options.file as given by `--config`; default: `temporal.config.*`, searched upwards from `directory`
 * @throws CONFIG_NOT_FOUND, CONFIG_INVALID where it can't be loaded or has no default export
 */
export async function loadConfigFile<P extends PipelineRef = PipelineRef, S extends SourceRef = SourceRef>(
  options: { readonly file?: string | undefined; readonly directory?: string | undefined } = {},
): Promise<LoadedConfigFile<P, S>> {
  const file = findConfigFile(options.file, options.directory ?? process.cwd());
  let loaded: unknown;
  try {
    loaded = await importFile(file);
  } catch (error) {
    const message = `"${file}" could not be loaded: ${problemOf(error, file)}`;
    throw new TidemarkError(isTidemarkError(error) ? error.code : 'CONFIG_INVALID', message, {
      cause: error,
      details: { file },
    });
  }
  const config = defaultExport(loaded);
  if (typeof config !== 'object' || config === null || !('pipelines' in config))
    throw problemAt(
      [file],
      'it has no config as its default export; write "export default defineConfig({ pipelines: […] })".',
    );
  return { file, config: config as TidemarkConfig<P, S> };
}

/** What an error of the config's own code says, in one line, and where in the project it was thrown. */
function problemOf(error: unknown, file: string): string {
  if (!(error instanceof Error)) return String(error);
  const message = error.message.replace(/\s*\n\s*/g, ' at ').trim();
  if (isTidemarkError(error) || message.includes(path.dirname(file))) return message;
  const folder = `${path.dirname(file)}${path.sep}`;
  const frame = (error.stack ?? '')
    .split('\n')
    .find((line) => line.includes(folder) && !line.includes('node_modules'));
  const [, place] = /((?:[a-zA-Z]:)?[^\s()]+:\d+:\d+)\)?$/.exec(frame ?? '') ?? [];
  return place === undefined ? message : `${message} (${place.replace(/^file:\/\//, '')})`;
}
