/** How a job ends: with its rows, or without. A refused one doesn't begin; a hanging one never ends. */
export type JobOutcome = 'completed' | 'failed' | 'skipped' | 'refused' | 'hanging';

/** A job as it was asked for. */
export interface RequestedJob {
  /** From 1. */
  readonly number: number;
  readonly since: string;
  readonly until: string;
}

interface Job {
  readonly rows: readonly Record<string, unknown>[];
  readonly end: JobOutcome;
  looks: number;
}

const STEPS = [
  ['Job Not Started', 0],
  ['Job Started', 5],
  ['Job Running', 60],
  // said to be at 100 % a while before it is complete
  ['Job Running', 100],
] as const;
const FIRST_RUN = 6_023_920_149_050_001;

/** The reports of an account: each look at one moves it on by a step. */
export class Jobs {
  readonly asked: RequestedJob[] = [];
  readonly #jobs = new Map<string, Job>();

  start(asked: Omit<RequestedJob, 'number'>, end: JobOutcome, rows: Job['rows']): string {
    const id = String(FIRST_RUN + this.#jobs.size);
    this.#jobs.set(id, { rows, end, looks: 0 });
    this.asked.push({ number: this.asked.length + 1, ...asked });
    return id;
  }

  /** The status of a job as the API gives it; undefined for an unknown job. */
  look(id: string): { readonly async_status: string; readonly async_percent_completion: number } | undefined {
    const job = this.#jobs.get(id);
    if (job === undefined) return undefined;
    const hanging = job.end === 'hanging';
    const step = STEPS[hanging ? Math.min(job.looks, 2) : job.looks];
    job.looks += 1;
    if (step !== undefined) return { async_status: step[0], async_percent_completion: step[1] };
    if (job.end === 'completed') return { async_status: 'Job Completed', async_percent_completion: 100 };
    return {
      async_status: job.end === 'skipped' ? 'Job Skipped' : 'Job Failed',
      async_percent_completion: 0,
    };
  }

  /** Its rows; undefined until it is complete. */
  rows(id: string): Job['rows'] | undefined {
    const job = this.#jobs.get(id);
    return job?.end === 'completed' && job.looks > STEPS.length ? job.rows : undefined;
  }
}
