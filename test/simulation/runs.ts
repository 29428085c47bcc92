import { isTidemarkError } from '../../src/errors';
import type { Interval } from '../../src/interval';
import { ledgerRow } from '../../src/ledger';
import { ownField } from '../../src/value';
import { type DatasetProcess, PIPELINE, SimulatedDataset } from './dataset';
import { type Loaded, load, type PlannedLoad, SOURCE } from './load';
import { Memory } from './memory';
import type { Rule } from './rules';
import type { Scheduler, Task } from './scheduler';
import type { Server } from './server';
import type { Kind, VirtualSource } from './source';

/** A worker's process. */
export interface WorkerProcess extends DatasetProcess {
  readonly name: string;
  readonly dataset: SimulatedDataset;
  /** What its clock is ahead, in milliseconds; behind if it is negative. */
  skew: number;
  /** The step up to which it is stopped. */
  stoppedUntil: number;
  memory: Memory;
}

/** A planned load, and what became of it. */
export interface Run extends Pick<PlannedLoad, 'kind' | 'mode' | 'interval' | 'loadKey'> {
  readonly workflowId: string;
  readonly runId: string;
  status: 'running' | 'loaded' | 'failed' | 'terminated';
}

interface World {
  readonly scheduler: Scheduler;
  readonly server: Server;
  readonly source: VirtualSource;
  readonly without: Rule | undefined;
}

interface Activity<T> {
  readonly task: Task;
  end: { readonly done: T } | { readonly error: unknown } | undefined;
}

const ATTEMPTS = 4;

/** Plans runs, hands their attempts to workers, and hears of their ends as Temporal does. */
export class Runs {
  readonly all: Run[] = [];
  readonly #world: World;
  readonly #workers: readonly WorkerProcess[];
  #planned = 0;
  #resets = 0;

  constructor(world: World, workers: number) {
    this.#world = world;
    const { scheduler, server, without } = world;
    this.#workers = Array.from({ length: workers }, (_, at) => {
      const worker = {
        name: `w${at + 1}`,
        skew: 0,
        stoppedUntil: 0,
        memory: new Memory(without),
        clock: () => scheduler.now + worker.skew,
      };
      return Object.assign(worker, { dataset: new SimulatedDataset(server, worker) });
    });
    scheduler.isStopped = (process) => (process as WorkerProcess).stoppedUntil > scheduler.steps;
  }

  get workers(): readonly WorkerProcess[] {
    return this.#workers;
  }

  /** A process dies with all that it does, and starts again with nothing in mind. */
  crash(worker: WorkerProcess): void {
    this.#world.scheduler.say(`${worker.name} dies`);
    for (const task of this.#world.scheduler.tasksOf(worker)) this.#world.scheduler.kill(task);
    worker.stoppedUntil = 0;
    worker.memory = new Memory(this.#world.without);
  }

  plan(kind: Kind, mode: Run['mode'], interval: Interval | null): Run {
    this.#planned += 1;
    const id = `${kind.name}-${mode}-${this.#planned}`;
    return this.#begin({ kind, mode, interval, loadKey: `key ${id}`, workflowId: id, runId: `${id}/1` });
  }

  #begin(of: Omit<Run, 'status'>): Run {
    const run: Run = { ...of, status: 'running' };
    this.all.push(run);
    return run;
  }

  /** Runs a workflow to its end: attempts, then a word about how it ended. */
  async workflow(run: Run): Promise<void> {
    const { scheduler, server } = this.#world;
    const { random } = scheduler;
    const unruly = server.faults.crash > 0;
    for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
      const end = await this.#attempt(run, attempt);
      if (end !== undefined && 'done' in end) {
        run.status = 'loaded';
        return;
      }
      if (unruly && random.chance(0.06)) return this.#leave(run);
      if (end !== undefined && isTidemarkError(end.error) && !end.error.retryable) break;
      if (unruly && random.chance(0.15)) break;
    }
    const committed = await this.#recordEnd(run);
    run.status = committed ? 'loaded' : 'failed';
    if (!committed && unruly && random.chance(0.4))
      await this.workflow(this.plan(run.kind, run.mode, run.interval));
  }

  /** Terminated, with no word to anyone; then perhaps reset, which makes a new run of the same plan. */
  async #leave(run: Run): Promise<void> {
    run.status = 'terminated';
    if (this.#world.scheduler.random.chance(0.5)) return;
    await this.workflow(this.#begin({ ...run, runId: `${run.runId}+` }));
  }

  /** One attempt, delivered once or twice, until its end is known or it is given up; it may go on then. */
  async #attempt(run: Run, attempt: number): Promise<Activity<Loaded>['end']> {
    const { scheduler, server } = this.#world;
    const { random } = scheduler;
    const unruly = server.faults.crash > 0;
    const times = unruly && random.chance(0.06) ? 2 : 1;
    const { workflowId, runId } = run;
    const activities = Array.from({ length: times }, () =>
      this.#start(`${runId} attempt ${attempt}`, (worker) => {
        const { dataset, clock } = worker;
        const loader = { ...this.#world, dataset, clock };
        return load(loader, { ...run, attempt: { workflowId, runId, attempt } });
      }),
    );
    const patience =
      unruly && random.chance(0.15) ? scheduler.steps + random.below(60) : Number.POSITIVE_INFINITY;
    return this.#endOf(activities, patience);
  }

  async #endOf<T>(activities: readonly Activity<T>[], patience: number): Promise<Activity<T>['end']> {
    const { scheduler } = this.#world;
    const isOver = (): boolean =>
      activities.some(({ end }) => end !== undefined) ||
      activities.every(({ task }) => task.dead) ||
      scheduler.steps >= patience;
    await scheduler.step('waits for an attempt', isOver);
    return activities.find(({ end }) => end !== undefined)?.end;
  }

  #start<T>(name: string, work: (worker: WorkerProcess) => Promise<T>): Activity<T> {
    const { scheduler } = this.#world;
    const worker = scheduler.random.pick(this.#workers);
    const activity: { task: Task; end: Activity<T>['end'] } = {
      end: undefined,
      task: scheduler.spawn(
        `${name} on ${worker.name}`,
        async () => {
          try {
            activity.end = { done: await work(worker) };
          } catch (error) {
            activity.end = { error };
            scheduler.say(`fails: ${(error as Error).message.slice(0, 120)}`);
          }
        },
        worker,
      ),
    };
    return activity;
  }

  /** Some work of an activity, as often as it takes. */
  async always<T>(name: string, work: (worker: WorkerProcess) => Promise<T>): Promise<T> {
    for (let attempt = 1; ; attempt++) {
      const end = await this.#endOf([this.#start(name, work)], Number.POSITIVE_INFINITY);
      if (end !== undefined && 'done' in end) return end.done;
      const retried = end === undefined || !isTidemarkError(end.error) || end.error.retryable;
      if (!retried || attempt === 100) throw end?.error ?? new Error(`${name} never ended.`);
    }
  }

  /** Takes the claims back and writes that nothing was loaded, as `src/run/record-outcomes` does. @returns whether something was */
  #recordEnd({ kind, interval, loadKey, workflowId, runId }: Run): Promise<boolean> {
    return this.always(`end of ${runId}`, async ({ dataset, clock }) => {
      await dataset.revokeClaims({ workflowId, runId, loadKeys: [loadKey] });
      if ((await dataset.findLoad(loadKey)) !== undefined) return true;
      const { generations } = await dataset.snapshot(SOURCE);
      const row = ledgerRow({
        pipeline: PIPELINE,
        source: SOURCE,
        resource: kind.name,
        generation: ownField(generations, kind.name) ?? 0,
        interval,
        loadKey,
        status: 'failed',
        error: { code: 'UNKNOWN', message: 'its attempts failed' },
        attempt: { workflowId, runId, attempt: ATTEMPTS },
        committedAt: new Date(clock()).toISOString(),
      });
      await dataset.record([row]);
      return false;
    });
  }

  /** A load that nobody retries, without Temporal: `pipeline.run`. */
  async local(run: Run): Promise<void> {
    const end = await this.#endOf(
      [
        this.#start(`${run.runId} (local)`, ({ dataset, clock }) =>
          load({ ...this.#world, dataset, clock }, { ...run, attempt: undefined }),
        ),
      ],
      Number.POSITIVE_INFINITY,
    );
    run.status = end !== undefined && 'done' in end ? 'loaded' : 'terminated';
  }

  /** Someone resets the state of a resource; where a clock is wrong, they leave it. */
  reset(kind: Kind): Promise<void> {
    this.#resets += 1;
    const key = String(this.#resets);
    return this.always(`reset of ${kind.name}`, async ({ dataset }) => {
      try {
        await dataset.editState({ source: SOURCE, resources: [kind.name] }, key);
      } catch (error) {
        if (!isTidemarkError(error, 'CLOCK_SKEW')) throw error;
      }
    });
  }
}
