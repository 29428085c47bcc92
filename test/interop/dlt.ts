import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { ROOT } from '../root';

const FILES = path.join(ROOT, 'test', 'interop');

/** Python with real dlt: a virtual environment of its own in the cache folder, made once for each list of requirements. */
export function pythonWithDlt(): string {
  const requirements = path.join(FILES, 'requirements.txt');
  const hash = createHash('sha256').update(readFileSync(requirements, 'utf8')).digest('hex').slice(0, 12);
  const folder = path.join(ROOT, 'node_modules', '.cache', 'tidemark', `dlt-${hash}`);
  const python = path.join(folder, 'bin', 'python');
  const complete = path.join(folder, 'complete');
  if (existsSync(complete)) return python;
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(path.dirname(folder), { recursive: true });
  execute('python3', ['-m', 'venv', folder]);
  execute(python, ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '-r', requirements]);
  writeFileSync(complete, '');
  return python;
}

/** One run of dlt. */
export interface DltStep {
  readonly file: string;
  readonly pipeline: string;
  readonly dataset: string;
  readonly source: string;
  readonly resource: string;
  readonly disposition: 'append' | 'merge';
  readonly cursor: string;
  readonly cursor_type: 'integer' | 'datetime';
  readonly initial: number | string;
  readonly rows: readonly unknown[];
  /** dlt's working folder: an empty one is a new machine. */
  readonly pipelines_dir: string;
}

export function runDlt(python: string, step: DltStep): { readonly start: string; readonly loads: number } {
  const output = execute(python, [path.join(FILES, 'dlt_side.py')], JSON.stringify(step));
  return JSON.parse(output.trim().split('\n').at(-1)!) as { start: string; loads: number };
}

function execute(command: string, args: readonly string[], input = ''): string {
  const result = spawnSync(command, args, {
    input,
    encoding: 'utf8',
    env: { ...process.env, RUNTIME__DLTHUB_TELEMETRY: 'false' },
  });
  if (result.status !== 0)
    throw new Error(
      `${command} ${args.join(' ')} ended with ${result.status}:\n${result.stdout}\n${result.stderr}`,
    );
  return result.stdout;
}
