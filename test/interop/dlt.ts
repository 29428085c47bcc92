import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { ROOT } from '../root';

const FILES = path.join(ROOT, 'test', 'interop');

/** Python with real dlt: a virtual environment of its own in the cache folder, made once for each list of requirements. */
export async function pythonWithDlt(): Promise<string> {
  const requirements = path.join(FILES, 'requirements.txt');
  const hash = createHash('sha256').update(readFileSync(requirements, 'utf8')).digest('hex').slice(0, 12);
  const folder = path.join(ROOT, 'node_modules', '.cache', 'tidemark', `dlt-${hash}`);
  const python = path.join(folder, 'bin', 'python');
  const complete = path.join(folder, 'complete');
  if (existsSync(complete)) return python;
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(path.dirname(folder), { recursive: true });
  await execute('python3', ['-m', 'venv', folder]);
  await execute(python, [
    '-m',
    'pip',
    'install',
    '--quiet',
    '--disable-pip-version-check',
    '-r',
    requirements,
  ]);
  writeFileSync(complete, '');
  return python;
}

/** Where dlt loads to: the name of its destination, and the credentials in the environment. */
export interface DltPlace {
  readonly destination: 'duckdb' | 'postgres';
  readonly env: Readonly<Record<string, string>>;
}

/** One run of dlt. */
export interface DltStep {
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

export async function runDlt(
  python: string,
  { destination, env }: DltPlace,
  step: DltStep,
): Promise<{ readonly start: string; readonly loads: number }> {
  const script = path.join(FILES, 'dlt_side.py');
  const output = await execute(python, [script], { input: JSON.stringify({ ...step, destination }), env });
  return JSON.parse(output.trim().split('\n').at(-1)!) as { start: string; loads: number };
}

interface Given {
  readonly input?: string;
  readonly env?: Readonly<Record<string, string>>;
}

async function execute(
  command: string,
  args: readonly string[],
  { input = '', env }: Given = {},
): Promise<string> {
  const child = spawn(command, args, {
    env: { ...process.env, RUNTIME__DLTHUB_TELEMETRY: 'false', ...env },
  });
  child.stdin.end(input);
  const [stdout, stderr, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'close'),
  ]);
  if (code !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${code}:\n${stdout}\n${stderr}`);
  return stdout;
}
