import { spawn } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { FailpointName } from '../../src/destination/failpoint';
import type { Scenario } from './child';
import { dump } from './dump';

export const FAILPOINTS: readonly FailpointName[] = [
  'after-begin',
  'after-ddl',
  'after-delete',
  'after-insert',
  'after-state',
  'before-commit',
  'after-commit',
  'before-ack',
];
export const SCENARIOS: readonly Scenario[] = ['append', 'merge', 'incremental'];

export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly output: string;
  /** Milliseconds from `ready` to the end. */
  readonly lasted: number;
}

const CHILD = path.join(__dirname, 'child.js');

/** Runs one load in a process of its own. @param killAfter milliseconds after it begins to load at which it is killed */
export function runChild(
  file: string,
  load: { readonly scenario: Scenario; readonly step: string },
  disturb: { readonly failpoint?: FailpointName; readonly killAfter?: number } = {},
): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [CHILD, file, load.scenario, load.step], {
      env: { ...process.env, TIDEMARK_FAILPOINT: disturb.failpoint ?? '' },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    let begun = 0;
    child.stdout.on('data', (chunk: Buffer) => {
      output += chunk.toString();
      if (begun !== 0 || !output.includes('ready')) return;
      begun = performance.now();
      if (disturb.killAfter !== undefined) void wait(disturb.killAfter).then(() => child.kill('SIGKILL'));
    });
    child.stderr.on('data', (chunk: Buffer) => {
      output += chunk.toString();
    });
    child.on('error', reject);
    child.on('close', (code, signal) => resolve({ code, signal, output, lasted: performance.now() - begun }));
  });
}

/** A scenario's file after its first step, and what an undisturbed second step leaves. */
export interface Baseline {
  readonly folder: string;
  readonly scenario: Scenario;
  readonly file: string;
  readonly expected: Record<string, unknown>;
  /** How long the undisturbed step takes. */
  readonly lasts: number;
}

function mustSucceed(ended: Ended): Ended {
  if (ended.code !== 0)
    throw new Error(`The load ended with ${ended.signal ?? ended.code}:\n${ended.output}`);
  return ended;
}

export async function makeBaseline(scenario: Scenario): Promise<Baseline> {
  const folder = mkdtempSync(path.join(tmpdir(), `tidemark-torture-${scenario}-`));
  const file = path.join(folder, 'base.duckdb');
  mustSucceed(await runChild(file, { scenario, step: 'first' }));
  const undisturbed = path.join(folder, 'undisturbed.duckdb');
  cpSync(file, undisturbed);
  const { lasted } = mustSucceed(await runChild(undisturbed, { scenario, step: 'second' }));
  return { folder, scenario, file, expected: await dump(undisturbed), lasts: lasted };
}

export interface Disturbed {
  readonly killed: boolean;
  /** Whether a WAL lay beside the file when the retry began. */
  readonly wal: boolean;
  readonly actual: Record<string, unknown>;
}

/** The second step, killed as told, then tried again undisturbed. */
export async function disturb(
  baseline: Baseline,
  how: { readonly failpoint?: FailpointName; readonly killAfter?: number },
): Promise<Disturbed> {
  const folder = mkdtempSync(path.join(baseline.folder, 'run-'));
  const file = path.join(folder, 'base.duckdb');
  cpSync(baseline.file, file);
  const load = { scenario: baseline.scenario, step: 'second' };
  const first = await runChild(file, load, how);
  if (first.signal !== 'SIGKILL') mustSucceed(first);
  const wal = existsSync(`${file}.wal`);
  mustSucceed(await runChild(file, load));
  const actual = await dump(file);
  rmSync(folder, { recursive: true, force: true });
  return { killed: first.signal === 'SIGKILL', wal, actual };
}
