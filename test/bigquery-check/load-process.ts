import { spawn } from 'node:child_process';
import path from 'node:path';
import type { FailpointName } from '../../src/destination/failpoint';
import type { Order } from './load-items';

const CHILD = path.join(__dirname, 'child.js');

/** Processes that haven't ended. */
const running = new Set<() => void>();

/** Ends all of them, for who leaves at once. */
export function killAll(): void {
  for (const kill of running) kill();
}

interface Ended {
  readonly signal: NodeJS.Signals | null;
  readonly output: string;
}

/** A load in a process of its own. */
export interface LoadProcess {
  /** Resolves when it stands still at the line where it was to stop; rejects if it ends before. */
  readonly stopped: Promise<void>;
  readonly ended: Promise<Ended>;
  readonly pid: number;
  /** Lets it go on. */
  goOn(): void;
}

interface Disturbance {
  /** Where it kills itself. */
  readonly killAt?: FailpointName;
  /** Where it stands still. */
  readonly stopAt?: FailpointName;
}

/** Begins a load. @throws at `ended`, if it fails by itself */
export function startLoad(order: Order, { killAt, stopAt }: Disturbance = {}): LoadProcess {
  const child = spawn(process.execPath, [CHILD, JSON.stringify(order)], {
    env: { ...process.env, TIDEMARK_FAILPOINT: killAt ?? '', CHECK_STOP_AT: stopAt ?? '' },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  const kill = (): void => void child.kill('SIGKILL');
  running.add(kill);
  let output = '';
  // what it is told after its end goes nowhere
  child.stdin.on('error', () => {});
  const ended = new Promise<Ended>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => {
      running.delete(kill);
      if (code === 0 || signal !== null) resolve({ signal, output });
      else reject(new Error(`a load in a process of its own ended with ${code}: ${output.trim()}`));
    });
  });
  const stopped = new Promise<void>((resolve, reject) => {
    const listen = (chunk: Buffer): void => {
      output += chunk.toString();
      if (output.includes('stopped\n')) resolve();
    };
    child.stdout.on('data', listen);
    child.stderr.on('data', listen);
    ended.then(() => reject(new Error(`it ended before it stopped: ${output.trim()}`)), reject);
  });
  // who doesn't wait for it doesn't ask
  stopped.catch(() => undefined);
  return { stopped, ended, pid: child.pid!, goOn: () => void child.stdin.write('\n') };
}
