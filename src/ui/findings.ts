import type { TidemarkClient } from '../operate';
import { isPolled, listRuns, type RunSummary, scheduleStatuses, type TemporalAccess } from '../temporal';

/** What Temporal knows now, as texts that differ where something began, ended or was changed. */
export interface Findings {
  readonly overall: string;
  readonly ofPipeline: ReadonlyMap<string, string>;
  /** Whether something runs. */
  readonly running: boolean;
}

const NEWEST = 50;
const MOST_RUNNING = 200;
/** Schedules that are described at a time; of more, those come next whose turn it is. */
const SCHEDULES_AT_A_TIME = 10;
const ANSWERS_WITHIN_MS = 5_000;

/** Asks Temporal, in a few small questions, whether anything happened. */
export class Inquiry {
  readonly #client: TidemarkClient;
  readonly #schedules = new Map<string, string>();
  #turn = 0;

  constructor(client: TidemarkClient) {
    this.#client = client;
  }

  /** Never throws: that Temporal doesn't answer is a finding. */
  async findings(): Promise<Findings> {
    try {
      const access = await this.#client.temporalIfAny();
      if (access === undefined) return NOTHING;
      return await access.client.withDeadline(Date.now() + ANSWERS_WITHIN_MS, () => this.#ask(access));
    } catch (error) {
      const overall = `not reached: ${error instanceof Error ? error.name : typeof error}`;
      return { overall, ofPipeline: new Map(), running: false };
    }
  }

  async #ask(access: TemporalAccess): Promise<Findings> {
    const { taskQueue } = this.#client.config.temporal;
    const [runs, polled] = await Promise.all([
      newestRuns(access),
      isPolled(access, taskQueue),
      this.#describeSchedules(access),
    ]);
    const ofPipeline = new Map(
      this.#client.config.pipelines.map(({ name }) => {
        const own = runs.filter(({ pipeline }) => pipeline === name).map(textOf);
        return [name, [this.#schedules.get(name) ?? '', ...own].join('\n')] as const;
      }),
    );
    return {
      overall: JSON.stringify([polled, ...this.#schedules.values(), ...runs.map(textOf)]),
      ofPipeline,
      running: runs.some(({ closedAt }) => closedAt === undefined),
    };
  }

  async #describeSchedules({ client }: TemporalAccess): Promise<void> {
    const { config } = this.#client;
    const scheduled = config.pipelines.filter(({ schedule }) => schedule !== undefined);
    const rounds = Math.max(1, Math.ceil(scheduled.length / SCHEDULES_AT_A_TIME));
    const from = (this.#turn % rounds) * SCHEDULES_AT_A_TIME;
    this.#turn += 1;
    const pipelines = scheduled.slice(from, from + SCHEDULES_AT_A_TIME);
    for (const status of await scheduleStatuses(client, { ...config, pipelines }))
      this.#schedules.set(status.pipeline, JSON.stringify(status));
  }
}

const NOTHING: Findings = { overall: 'no server', ofPipeline: new Map(), running: false };

/** Those under way come first: where they fill the list, a longer one has those that ended last. */
async function newestRuns({ client }: TemporalAccess): Promise<RunSummary[]> {
  const runs = await listRuns(client, { limit: NEWEST });
  return runs.every(({ closedAt }) => closedAt === undefined) && runs.length === NEWEST
    ? listRuns(client, { limit: NEWEST + MOST_RUNNING })
    : runs;
}

const textOf = ({ runId, status }: RunSummary): string => `${runId} ${status}`;
