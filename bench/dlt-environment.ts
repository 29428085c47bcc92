import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/** Python with dlt: a virtual environment in the cache folder, made once for each list of requirements. */
export function dltPython(cache: string, requirements: string): string {
  const hash = createHash('sha256').update(readFileSync(requirements, 'utf8')).digest('hex').slice(0, 12);
  const folder = path.join(cache, `dlt-${hash}`);
  const python = path.join(folder, 'bin', 'python');
  const complete = path.join(folder, 'complete');
  if (existsSync(complete)) return python;
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(cache, { recursive: true });
  execute('python3', ['-m', 'venv', folder]);
  execute(python, ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '-r', requirements]);
  writeFileSync(complete, '');
  return python;
}

/** The versions of the peers in an environment, as pip lists them. */
export function installedVersions(python: string): Readonly<Record<string, string>> {
  const lines = execute(python, ['-m', 'pip', 'freeze']).split('\n');
  const pairs = lines.map((line) => line.split('=='));
  return Object.fromEntries(
    pairs.filter(([name]) =>
      ['dlt', 'duckdb', 'pyarrow', 'orjson', 'psycopg2-binary', 'adbc-driver-postgresql'].includes(
        name ?? '',
      ),
    ),
  );
}

function execute(command: string, args: readonly string[]): string {
  const { status, stdout, stderr } = spawnSync(command, args, { encoding: 'utf8' });
  if (status !== 0)
    throw new Error(`${command} ${args.join(' ')} ended with ${status}:\n${stdout}\n${stderr}`);
  return stdout;
}
