import { intervalSet } from '../../src/interval';
import { coverageOf } from '../../src/ledger';
import { booksOf } from './books';
import { checkBooks, checkRows, watchCommits } from './invariants';
import { type Random, randomOf } from './random';
import type { Rule } from './rules';
import { Runs } from './runs';
import { Scheduler } from './scheduler';
import { type Faults, Server } from './server';
import { HISTORY, isoOf, KINDS, type Kind, VirtualSource } from './source';
import { Changes } from './store';

const BEGIN = Date.UTC(2024, 0, 1);
const MINUTE = 60_000;
/** The chunks of history that backfills load, in ticks. */
const CHUNKS = [0, 4, 8];

export interface SimulateOptions {
  readonly seed: number;
  /** A rule that the protocol doesn't have in this run. */
  readonly without?: Rule | undefined;
  /** @default false */
  readonly logged?: boolean | undefined;
}

export interface Simulated {
  /** What is wrong with what is stored, or why the run didn't come to its end; empty if all is right. */
  readonly wrong: readonly string[];
  readonly steps: number;
  readonly commits: number;
  /** What happened, step by step; empty unless it was asked for. */
  readonly log: readonly string[];
}

/** Simulates one run: a time with faults, then one without, in which all that is left is loaded. */
export async function simulate({ seed, without, logged }: SimulateOptions): Promise<Simulated> {
  const random = randomOf(seed);
  const log: string[] = [];
  const scheduler = new Scheduler({ random, now: BEGIN, log: logged === true ? log : undefined });
  const faults: Faults = { crash: 0.01, lose: 0.004, unanswered: 0.12, stop: 0.006, turn: 0.02 };
  const server = new Server({ scheduler, faults, without });
  const kinds = kindsOf(random);
  const source = new VirtualSource(random, kinds);
  const runs = new Runs({ scheduler, server, source, without }, 2 + random.below(2));
  const wrong: string[] = [];
  const watch = watchCommits({ store: server.store, wrong });
  server.onCommit = watch.committed;
  scheduler.beforeStep = () => disturb({ scheduler, source, runs, faults });
  const world = { server, source, kinds, runs: runs.all };
  const check = (all: boolean): void => {
    wrong.push(...checkBooks(world), ...checkRows({ ...world, all }));
  };
  try {
    for (const kind of kinds) beginWith(kind, { scheduler, runs, source });
    await scheduler.run();
    check(false);
    if (wrong.length === 0) {
      Object.assign(faults, { crash: 0, lose: 0, unanswered: 0, stop: 0, turn: 0 } satisfies Faults);
      for (const worker of runs.workers) worker.skew = 0;
      scheduler.now += 10 * MINUTE;
      scheduler.spawn('the last runs', () => loadTheRest({ runs, kinds, server }));
      await scheduler.run();
      check(true);
    }
  } catch (error) {
    wrong.push(`The run did not come to its end: ${error instanceof Error ? error.stack : String(error)}`);
  }
  return { wrong, steps: scheduler.steps, commits: watch.count(), log };
}

/** One or two resources: what shares a dataset, a schema and a state, and what races for the same rows. */
function kindsOf(random: Random): readonly Kind[] {
  const first = random.pick(KINDS);
  const second = random.pick(KINDS);
  return first === second || random.chance(0.84) ? [first] : [first, second];
}

interface Setting {
  readonly scheduler: Scheduler;
  readonly runs: Runs;
  readonly source: VirtualSource;
}

const chunkOf = (start: number) => ({ start: isoOf(start), end: isoOf(start + 4) });

/** What is to be loaded of a resource: chunks of a backfill, live runs, perhaps a rerun, a refresh or a reset. */
function beginWith(kind: Kind, { scheduler, runs, source }: Setting): void {
  const { random } = scheduler;
  const spawn = (name: string, work: () => Promise<void>): void => void scheduler.spawn(name, work);
  for (const start of CHUNKS)
    if (random.chance(0.34)) {
      const run = runs.plan(kind, 'chunk', chunkOf(start));
      spawn(run.workflowId, () => (random.chance(0.12) ? runs.local(run) : runs.workflow(run)));
    }
  // a slice is replaced by one of those that race for it
  const reruns = random.chance(kind.deleted === true ? 0.6 : 0.2) ? (kind.deleted === true ? 2 : 1) : 0;
  const rerun = random.pick(CHUNKS);
  for (let at = 0; at < reruns; at++) {
    const run = runs.plan(kind, 'chunk', chunkOf(rerun));
    spawn(`rerun ${run.workflowId}`, () => runs.workflow(run));
  }
  for (let live = random.below(3); live > 0; live--) {
    const run = runs.plan(kind, 'live', null);
    spawn(run.workflowId, () => (random.chance(0.12) ? runs.local(run) : runs.workflow(run)));
  }
  if (random.chance(0.15))
    spawn(`schedule of ${kind.name}`, async () => {
      const first = HISTORY + 4 * random.below(2);
      const last = first + 4 * random.below(2);
      for (let start = first; start <= last; start += 4) {
        for (; source.tick < start + 4; source.change(scheduler.steps))
          await scheduler.step('waits for its interval');
        await runs.workflow(runs.plan(kind, 'chunk', chunkOf(start)));
      }
    });
  if (random.chance(0.15)) spawn(`reset of ${kind.name}`, () => runs.reset(kind));
  if (random.chance(0.15) && kind.name !== 'again') {
    const run = runs.plan(kind, 'refresh', null);
    spawn(run.workflowId, () => runs.workflow(run));
  }
}

/** What goes on around the steps: the source changes, processes die, clocks are turned. */
function disturb({ scheduler, source, runs, faults }: Setting & { readonly faults: Faults }): void {
  const { random } = scheduler;
  if (faults.crash === 0) return;
  if (random.chance(0.06)) source.change(scheduler.steps);
  if (random.chance(0.004) && source.shape < 2) source.shape += 1;
  if (random.chance(faults.crash)) runs.crash(random.pick(runs.workers));
  if (random.chance(faults.stop)) {
    const worker = random.pick(runs.workers);
    worker.stoppedUntil = scheduler.steps + random.below(150);
    scheduler.say(`${worker.name} is stopped until step ${worker.stoppedUntil}`);
  }
  if (random.chance(faults.turn)) {
    const worker = random.pick(runs.workers);
    worker.skew = random.below(random.chance(0.1) ? 180_000 : 40_000) - 20_000;
    scheduler.say(`the clock of ${worker.name} is ${worker.skew} ms ahead`);
  }
}

/** Loads what was planned and isn't loaded, one run after the other, and what is new since. */
async function loadTheRest({
  runs,
  kinds,
  server,
}: {
  readonly runs: Runs;
  readonly kinds: readonly Kind[];
  readonly server: Server;
}): Promise<void> {
  for (const kind of kinds) {
    const planned = runs.all.flatMap((run) => (run.kind === kind ? (run.interval ?? []) : []));
    for (const interval of intervalSet(planned)) {
      const { ledger } = booksOf(new Changes(server.store));
      const own = ledger.filter(({ resource }) => resource === kind.name);
      for (const { start, end } of coverageOf(own, interval).gaps)
        await runs.workflow(runs.plan(kind, 'chunk', { start, end }));
    }
    await runs.workflow(runs.plan(kind, 'live', null));
  }
}
