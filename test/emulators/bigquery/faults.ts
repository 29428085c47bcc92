import { ApiError } from './api-error';
import type { JobRecord } from './job';

/** Which requests: by method, and by their path below `/bigquery/v2/projects/P`. */
export interface RequestKind {
  readonly method?: string | undefined;
  readonly path?: RegExp | undefined;
}

export interface Answer {
  /** HTTP's. @default that of the reason */
  readonly status?: number | undefined;
  readonly reason: string;
  readonly message?: string | undefined;
  /** @default 1 */
  readonly times?: number | undefined;
}

/** Which jobs, as `jobs.get` would show them. */
export type JobFilter = (job: JobRecord) => boolean;

/** A job that waits. */
export interface Hold {
  /** Once one waits. */
  readonly held: Promise<JobRecord>;
  /** Lets it go on; what comes later isn't held. */
  release(): void;
}

/** What goes wrong, as a test wants it. */
export interface Faults {
  /** The next requests of a kind are answered by an error in place of being carried out. */
  answer(kind: RequestKind, answer: Answer): void;
  /** The next requests of a kind are carried out, and their answer is lost: the connection is cut. */
  cut(kind: RequestKind, times?: number): void;
  /** The next requests of a kind are cut off and not carried out. */
  drop(kind: RequestKind, times?: number): void;
  /** The next such jobs fail with a reason. @param answer its status isn't used */
  failJobs(filter: JobFilter, answer: Answer): void;
  /** The next such jobs are carried out, and end as if they had failed. */
  failJobsAfter(filter: JobFilter, answer: Answer): void;
  /** The next such job waits before it runs, or before a statement of it. */
  hold(filter: JobFilter, beforeStatement?: RegExp): Hold;
  /** Forgets all faults that haven't come, and lets go on what is held. */
  clear(): void;
}

interface Pending<F, T> {
  readonly filter: F;
  readonly what: T;
  left: number;
}

/** The faults of one fake: what a test has asked for, and what comes of it. */
export class FaultPlan implements Faults {
  readonly #answers: Pending<RequestKind, Answer>[] = [];
  readonly #cuts: Pending<RequestKind, undefined>[] = [];
  readonly #drops: Pending<RequestKind, undefined>[] = [];
  readonly #before: Pending<JobFilter, Answer>[] = [];
  readonly #after: Pending<JobFilter, Answer>[] = [];
  readonly #holds = new Set<OpenHold>();

  answer(kind: RequestKind, answer: Answer): void {
    this.#answers.push({ filter: kind, what: answer, left: answer.times ?? 1 });
  }

  cut(kind: RequestKind, times = 1): void {
    this.#cuts.push({ filter: kind, what: undefined, left: times });
  }

  drop(kind: RequestKind, times = 1): void {
    this.#drops.push({ filter: kind, what: undefined, left: times });
  }

  failJobs(filter: JobFilter, answer: Answer): void {
    this.#before.push({ filter, what: answer, left: answer.times ?? 1 });
  }

  failJobsAfter(filter: JobFilter, answer: Answer): void {
    this.#after.push({ filter, what: answer, left: answer.times ?? 1 });
  }

  hold(filter: JobFilter, beforeStatement?: RegExp): Hold {
    const hold = new OpenHold(filter, beforeStatement);
    this.#holds.add(hold);
    return hold;
  }

  clear(): void {
    for (const all of [this.#answers, this.#cuts, this.#drops, this.#before, this.#after]) all.length = 0;
    for (const hold of this.#holds) hold.release();
    this.#holds.clear();
  }

  /** The error that a request is answered by. */
  answerTo(method: string, path: string): ApiError | undefined {
    return errorOf(taken(this.#answers, (kind) => isOf(kind, method, path)));
  }

  /** Whether the answer of a request is lost. */
  loses(method: string, path: string): boolean {
    return taken(this.#cuts, (kind) => isOf(kind, method, path)) !== undefined;
  }

  /** Whether a request is cut off. */
  drops(method: string, path: string): boolean {
    return taken(this.#drops, (kind) => isOf(kind, method, path)) !== undefined;
  }

  failureBefore = (job: JobRecord): ApiError | undefined =>
    errorOf(taken(this.#before, (filter) => filter(job)));
  failureAfter = (job: JobRecord): ApiError | undefined =>
    errorOf(taken(this.#after, (filter) => filter(job)));

  /** Waits where the job is held. @param statement undefined before the whole job */
  async pass(job: JobRecord, statement?: string): Promise<void> {
    for (const hold of this.#holds) {
      if (!hold.takes(job, statement)) continue;
      this.#holds.delete(hold);
      await hold.keep(job);
    }
  }
}

const isOf = ({ method, path }: RequestKind, given: string, at: string): boolean =>
  (method === undefined || method === given) && (path === undefined || path.test(at));

function taken<F, T>(all: Pending<F, T>[], fits: (filter: F) => boolean): Pending<F, T> | undefined {
  const found = all.find(({ filter }) => fits(filter));
  if (found !== undefined && --found.left <= 0) all.splice(all.indexOf(found), 1);
  return found;
}

function errorOf(found: Pending<unknown, Answer> | undefined): ApiError | undefined {
  if (found === undefined) return undefined;
  const { reason, status, message = `A fault of the test: ${reason}` } = found.what;
  return new ApiError(reason, message, status);
}

class OpenHold implements Hold {
  readonly held: Promise<JobRecord>;
  readonly #released: Promise<void>;
  #isHeld: (job: JobRecord) => void = () => undefined;
  #letGo: () => void = () => undefined;

  constructor(
    readonly filter: JobFilter,
    readonly beforeStatement: RegExp | undefined,
  ) {
    this.held = new Promise((resolve) => {
      this.#isHeld = resolve;
    });
    this.#released = new Promise((resolve) => {
      this.#letGo = resolve;
    });
  }

  takes(job: JobRecord, statement: string | undefined): boolean {
    const here =
      this.beforeStatement === undefined
        ? statement === undefined
        : statement !== undefined && this.beforeStatement.test(statement);
    return here && this.filter(job);
  }

  async keep(job: JobRecord): Promise<void> {
    this.#isHeld(job);
    const stopped = new Promise<never>((_, reject) => {
      const { signal } = job.stop;
      if (signal.aborted) reject(signal.reason);
      signal.addEventListener('abort', () => reject(signal.reason), { once: true });
    });
    await Promise.race([this.#released, stopped]);
  }

  release(): void {
    this.#letGo();
  }
}
