import { spawn } from 'node:child_process';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { FailpointName } from '../../src/destination/failpoint';
import { cutAll } from '../destination/postgres/cut-connections';
import type { Scenario } from './child';
import type { Place, Store } from './place';

const POINTS: readonly FailpointName[] = [
  'after-begin',
  'after-ddl',
  'after-delete',
  'after-insert',
  'after-state',
  'before-commit',
  'after-commit',
  'before-ack',
];
/** The rows of each scenario are so many that they are sent before the lock is taken where that is done at all. */
export const FAILPOINTS: Readonly<Record<Store['kind'], readonly FailpointName[]>> = {
  duckdb: POINTS,
  postgres: ['after-stage', ...POINTS],
};
export const SCENARIOS: readonly Scenario[] = ['append', 'merge', 'incremental'];

/** What happens: the process is killed with -9, its connections are ended by the server, or the server crashes. */
export type Fault = 'kill' | 'cut' | 'crash';

/** A fault, and the line of the commit or the moment at which it happens. */
export interface Disturbance {
  readonly fault: Fault;
  readonly failpoint?: FailpointName | undefined;
  /** Milliseconds after the load began. */
  readonly after?: number | undefined;
}

interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly output: string;
  /** Whether the fault happened while it ran. */
  readonly struck: boolean;
  /** Milliseconds from `ready` to the end. */
  readonly lasted: number;
}

interface Step {
  readonly scenario: Scenario;
  readonly step: 'first' | 'second';
}

const CHILD = path.join(__dirname, 'child.js');

interface Disturbing extends Disturbance {
  readonly store: Store;
}

/** Runs one load in a process of its own. */
function runChild(place: Place, { scenario, step }: Step, disturbing?: Disturbing): Promise<Ended> {
  const { fault, failpoint, after, store } = disturbing ?? {};
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [CHILD, place.kind, place.folder, scenario, step], {
      env: {
        ...process.env,
        ...place.env,
        TIDEMARK_FAILPOINT: fault === 'kill' ? (failpoint ?? '') : '',
        TORTURE_STOP_AT: fault === 'kill' ? '' : (failpoint ?? ''),
      },
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    let struck = false;
    const happen = async (): Promise<void> => {
      struck = child.exitCode === null;
      if (fault === 'kill') child.kill('SIGKILL');
      else if (fault === 'cut') await cutAll(store!.server!, place.database!);
      else await store!.server!.restart('crash');
    };
    let output = '';
    let begun = 0;
    let stopped = false;
    let happened: Promise<unknown> = Promise.resolve();
    child.stdin.on('error', () => {});
    child.stdout.on('data', (chunk: Buffer) => {
      output += chunk.toString();
      if (begun === 0 && output.includes('ready')) {
        begun = performance.now();
        if (after !== undefined) happened = wait(after).then(happen);
      }
      if (stopped || !output.includes('stopped')) return;
      stopped = true;
      happened = happen().then(() => child.stdin.write('\n'));
    });
    child.stderr.on('data', (chunk: Buffer) => {
      output += chunk.toString();
    });
    child.on('error', reject);
    child.on('close', (code, signal) => {
      const lasted = performance.now() - begun;
      happened.then(
        () => resolve({ code, signal, output, struck: struck || signal === 'SIGKILL', lasted }),
        reject,
      );
    });
  });
}

/** A scenario's place after its first step, and what an undisturbed second step leaves. */
export interface Baseline {
  readonly store: Store;
  readonly scenario: Scenario;
  readonly place: Place;
  readonly expected: Record<string, unknown>;
  /** How long the undisturbed step takes, in milliseconds. */
  readonly lasts: number;
}

function mustSucceed(ended: Ended): Ended {
  if (ended.code !== 0)
    throw new Error(`The load ended with ${ended.signal ?? ended.code}:\n${ended.output}`);
  return ended;
}

export async function makeBaseline(store: Store, scenario: Scenario): Promise<Baseline> {
  const place = await store.place();
  mustSucceed(await runChild(place, { scenario, step: 'first' }));
  const undisturbed = await store.place(place);
  const { lasted } = mustSucceed(await runChild(undisturbed, { scenario, step: 'second' }));
  const expected = await undisturbed.dump();
  await undisturbed.remove();
  return { store, scenario, place, expected, lasts: lasted };
}

interface Disturbed {
  /** Whether the fault happened while the load ran. */
  readonly struck: boolean;
  /** Whether a WAL lay beside the file when the retry began. */
  readonly wal: boolean;
  readonly actual: Record<string, unknown>;
}

/** The second step, disturbed as told, then tried again undisturbed. */
export async function disturb(baseline: Baseline, how: Disturbance): Promise<Disturbed> {
  const { store, scenario } = baseline;
  const place = await store.place(baseline.place);
  const load = { scenario, step: 'second' } as const;
  const first = await runChild(place, load, { ...how, store });
  const { signal, code, output, struck } = first;
  // a process that lives may have got over it; if not, it has to say what failed
  const told = struck && code === 1 && output.includes('DESTINATION_FAILED');
  if (signal !== 'SIGKILL' && !told) mustSucceed(first);
  const wal = place.wal();
  mustSucceed(await runChild(place, load));
  const actual = await place.dump();
  await place.remove();
  return { struck, wal, actual };
}
