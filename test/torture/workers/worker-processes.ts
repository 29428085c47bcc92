import { type ChildProcess, type ForkOptions, fork } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { WorkerSettings } from './config';

const STARTS = 30;
const RESTART_MS = 500;

/** Worker processes, each with a folder of its own. */
export interface WorkerProcesses {
  readonly kills: () => number;
  /** Kills one with -9 and starts it again in its folder, as a supervisor does. */
  killAgain(index: number): Promise<void>;
  /** Ends all by SIGTERM. @returns their exit codes */
  stop(): Promise<readonly (number | null)[]>;
  /** Ends what is left and removes the folders. */
  remove(): void;
}

interface Running {
  readonly child: ChildProcess;
  readonly exited: Promise<number | null>;
}

/** Starts so many workers, which poll when this resolves. */
export async function startWorkers(
  count: number,
  settings: Omit<WorkerSettings, 'folder'>,
  env: Readonly<Record<string, string>>,
): Promise<WorkerProcesses> {
  const root = mkdtempSync(path.join(tmpdir(), 'tidemark-workers-'));
  const folders = Array.from({ length: count }, (_, index) => mkdtempSync(path.join(root, `${index}-`)));
  const start = (folder: string): Promise<Running> =>
    supervised([JSON.stringify({ ...settings, folder } satisfies WorkerSettings)], {
      cwd: folder,
      env: { ...process.env, ...env },
    });
  const running = await Promise.all(folders.map(start));
  let kills = 0;
  return {
    kills: () => kills,
    async killAgain(index) {
      const { child, exited } = running[index]!;
      child.kill('SIGKILL');
      await exited;
      kills += 1;
      running[index] = await start(folders[index]!);
    },
    async stop() {
      for (const { child } of running) child.kill('SIGTERM');
      return Promise.all(running.map(({ exited }) => exited));
    },
    remove() {
      for (const { child } of running) child.kill('SIGKILL');
      rmSync(root, { recursive: true, force: true });
    },
  };
}

/** Starts a worker again until it polls: one that comes while its server is away ends. */
async function supervised(args: readonly string[], options: ForkOptions): Promise<Running> {
  for (let attempt = 1; ; attempt += 1) {
    const child = fork(path.join(__dirname, 'worker.js'), args, {
      ...options,
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    });
    let said = '';
    child.stderr!.setEncoding('utf8').on('data', (text: string) => {
      said += text;
    });
    const exited = new Promise<number | null>((resolve) => child.once('close', resolve));
    const polls = new Promise<true>((resolve) => child.once('message', () => resolve(true)));
    if ((await Promise.race([polls, exited])) === true) return { child, exited };
    if (attempt === STARTS) throw new Error(`A worker ended ${STARTS} times before it polled:\n${said}`);
    await delay(RESTART_MS);
  }
}
