import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { createInterface, type Interface } from 'node:readline';
import { ROOT } from '../root';
import type { Shape } from './shape';

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

/** Where dlt loads to: the name of its destination, and the credentials in the environment. */
export interface DltPlace {
  readonly destination: 'duckdb' | 'postgres';
  readonly env: Readonly<Record<string, string>>;
}

/** What a run of dlt drops or empties before it begins anew. */
export type Refresh = 'drop_sources' | 'drop_resources' | 'drop_data';

/** One run of dlt. */
export interface DltStep extends Shape {
  readonly place: DltPlace;
  readonly pipeline: string;
  readonly dataset: string;
  readonly rows: readonly unknown[];
  readonly refresh?: Refresh | undefined;
  /** dlt's working folder: an empty one is a new machine. */
  readonly pipelines_dir: string;
}

/** What dlt reads of a schema that was exported. */
export interface DltSchema {
  readonly hash: string;
  /** Whether dlt would write the same tables. */
  readonly same: boolean;
  readonly tables: readonly string[];
}

interface DltResult {
  readonly start: string;
  readonly loads: number;
}

/** dlt in Python, which runs one step after the other, each in a process of its own. */
export class RealDlt {
  readonly #process: ChildProcess;
  readonly #lines: Interface;
  #last: Promise<unknown> = Promise.resolve();

  constructor(python: string) {
    this.#process = spawn(python, [path.join(FILES, 'dlt_side.py')], {
      stdio: ['pipe', 'pipe', 'inherit'],
      env: { ...process.env, RUNTIME__DLTHUB_TELEMETRY: 'false', RUNTIME__LOG_LEVEL: 'ERROR' },
    });
    this.#lines = createInterface({ input: this.#process.stdout! });
  }

  /** @throws what dlt raised */
  run(step: DltStep): Promise<DltResult> {
    return this.#inTurn(step);
  }

  /** Reads a schema as YAML. @throws what dlt raised */
  readSchema(yaml: string): Promise<DltSchema> {
    return this.#inTurn({ schema: yaml });
  }

  async #inTurn<T>(step: unknown): Promise<T> {
    const result = this.#last.then(() => this.#run<T>(step));
    this.#last = result.catch(() => undefined);
    return result;
  }

  async #run<T>(step: unknown): Promise<T> {
    const ended = new AbortController();
    try {
      const line = once(this.#lines, 'line', { signal: ended.signal });
      const exit = once(this.#process, 'exit', { signal: ended.signal });
      this.#process.stdin!.write(`${JSON.stringify(step)}\n`);
      const [answer] = (await Promise.race([line, exit])) as [unknown];
      if (typeof answer !== 'string') throw new Error(`dlt's process ended: ${String(answer)}`);
      const result = JSON.parse(answer) as { readonly error?: string };
      if (result.error !== undefined) throw new Error(result.error);
      return result as T;
    } finally {
      ended.abort();
    }
  }

  async close(): Promise<void> {
    this.#process.stdin!.end();
    if (this.#process.exitCode === null) await once(this.#process, 'exit');
  }
}

function execute(command: string, args: readonly string[]): void {
  const result = spawnSync(command, args, { encoding: 'utf8' });
  if (result.status !== 0)
    throw new Error(
      `${command} ${args.join(' ')} ended with ${result.status}:\n${result.stdout}\n${result.stderr}`,
    );
}
