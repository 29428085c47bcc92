import type { Random } from './random';

/** What a piece of virtual work does between two steps is one moment; where it waits, the scheduler decides who goes on. */
export interface Task {
  readonly name: string;
  /** Its process: tasks of one die together. Undefined for what never dies: the server, the source, the engine of runs. */
  readonly process: object | undefined;
  dead: boolean;
  /** Called when the task is killed: what the outside world notices of it. */
  readonly onKill: Set<() => void>;
}

interface Parked {
  readonly task: Task;
  readonly label: string;
  readonly ready: (() => boolean) | undefined;
  readonly resume: () => void;
}

/** More steps than any run takes: one that doesn't end by then never does. */
const MOST_STEPS = 20_000;

/**
 * Runs virtual tasks one step at a time, in an order that the seed decides. Exactly one task runs at any moment: all that it
 * does between two steps are microtasks, so a run depends on nothing but its seed.
 */
export class Scheduler {
  readonly random: Random;
  /** Milliseconds since the epoch, by a clock that is right. */
  now: number;
  steps = 0;
  /** Whether a process is stopped for a while: its tasks neither die nor go on. */
  isStopped: ((process: object) => boolean) | undefined;
  /** Called before each step; may kill tasks. */
  beforeStep: ((next: Task) => void) | undefined;
  readonly #log: string[] | undefined;
  #parked: Parked[] = [];
  #current: Task | undefined;
  #alive = 0;
  #quiet = (): void => {};
  #failure: { readonly error: unknown } | undefined;

  constructor(options: {
    readonly random: Random;
    readonly now: number;
    readonly log: string[] | undefined;
  }) {
    this.random = options.random;
    this.now = options.now;
    this.#log = options.log;
  }

  get current(): Task {
    if (this.#current === undefined) throw new Error('No task is running.');
    return this.#current;
  }

  spawn(name: string, work: () => Promise<void>, process?: object): Task {
    const task: Task = { name, process, dead: false, onKill: new Set() };
    this.#alive += 1;
    this.#parked.push({ task, label: 'begins', ready: undefined, resume: () => void this.#run(task, work) });
    return task;
  }

  async #run(task: Task, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.#failure ??= { error };
    }
    // a task that was killed by its own step is counted already
    if (!task.dead) this.#alive -= 1;
    this.#quiet();
  }

  /** Lets others go on first, however many, and waits until `ready`. */
  step(label: string, ready?: () => boolean): Promise<void> {
    const task = this.current;
    return new Promise((resolve) => {
      if (!task.dead) this.#parked.push({ task, label, ready, resume: resolve });
      this.#quiet();
    });
  }

  say(what: string): void {
    this.#log?.push(`${String(this.steps).padStart(5)} ${this.#current?.name ?? '-'}: ${what}`);
  }

  kill(task: Task): void {
    if (task.dead) return;
    task.dead = true;
    this.#alive -= 1;
    this.#parked = this.#parked.filter((parked) => parked.task !== task);
    for (const told of task.onKill) told();
  }

  /** All tasks of a process that live. */
  tasksOf(process: object): Task[] {
    return [...new Set(this.#parked.filter(({ task }) => task.process === process).map(({ task }) => task))];
  }

  /** Runs all tasks to their ends. @throws what a task threw; Error if none can go on */
  async run(): Promise<void> {
    while (this.#alive > 0) {
      if (this.#failure !== undefined) throw this.#failure.error;
      const able = this.#parked.filter((parked) => parked.ready?.() ?? true);
      const going = able.filter(({ task }) => !this.#isStopped(task));
      // time passes while all are stopped
      const ready = going.length > 0 ? going : able;
      if (ready.length === 0)
        throw new Error(
          `Nobody can go on: ${this.#parked.map(({ task, label }) => `${task.name} (${label})`).join(', ')}.`,
        );
      if (this.steps >= MOST_STEPS) throw new Error(`The run hasn't ended after ${MOST_STEPS} steps.`);
      await this.#resume(this.random.pick(ready));
    }
    if (this.#failure !== undefined) throw this.#failure.error;
  }

  #isStopped({ process }: Task): boolean {
    return process !== undefined && this.isStopped?.(process) === true;
  }

  async #resume(next: Parked): Promise<void> {
    this.steps += 1;
    this.now += 1 + this.random.below(400);
    this.#current = undefined;
    this.beforeStep?.(next.task);
    if (next.task.dead) return;
    this.#parked.splice(this.#parked.indexOf(next), 1);
    this.#current = next.task;
    this.say(next.label);
    await new Promise<void>((resolve) => {
      this.#quiet = resolve;
      next.resume();
    });
    this.#current = undefined;
  }
}
