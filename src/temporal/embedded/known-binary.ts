import { appendFile, readFile } from 'node:fs/promises';
import { binaryHash } from './cli-release';
import { fileHash } from './file-hash';

/** Lies beside the folder of a version: hashes of what was fetched into it, a line each. */
const recordOf = (folder: string): string => `${folder}.sha256`;

/**
 * Whether a cached binary is the one of the release, or as it was when it was fetched (the SDK's download, of which no hash
 * is known beforehand). One that was changed or cut short since is not run.
 */
export async function isKnownBinary(file: string, folder: string): Promise<boolean> {
  const hash = await fileHash(file);
  if (hash === binaryHash()) return true;
  const fetched = await readFile(recordOf(folder), 'utf8').catch(() => '');
  return fetched.split('\n').includes(hash);
}

/** Remembers a binary that was just fetched. Appended: others may be fetching at the same time. */
export async function rememberBinary(file: string, folder: string): Promise<void> {
  await appendFile(recordOf(folder), `${await fileHash(file)}\n`, { mode: 0o600 });
}
