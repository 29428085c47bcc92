import { randomUUID } from 'node:crypto';
import { ApiError } from './api-error';
import type { Database } from './database';
import type { FaultPlan } from './faults';
import type { JobRecord } from './job';
import { checkLabels } from './labels';
import { checkLoad, runLoadJob } from './load-job';
import { checkQuery, planQueryJob, runQueryJob } from './query-job';
import type { Job, JobConfiguration } from './rest-types';
import { tokenize } from './sql/lexer';

interface JobsOptions {
  readonly database: Database;
  readonly faults: FaultPlan;
  /** Told of each query that is about to run. */
  readonly onQuery: (job: JobRecord) => void;
}

/** All jobs of the project: inserted, run one beside the other, and kept. */
export class Jobs {
  readonly #jobs = new Map<string, JobRecord>();
  readonly #options: JobsOptions;

  constructor(options: JobsOptions) {
    this.#options = options;
  }

  all(): readonly JobRecord[] {
    return [...this.#jobs.values()];
  }

  /**
   * Takes a job and begins it.
   * @param media what a load job loads
   * @throws ApiError duplicate for an id that was used in that location; what is wrong with the configuration
   */
  insert({ configuration, jobReference }: Job, media: Buffer | undefined): JobRecord {
    if (configuration === undefined)
      throw new ApiError('invalid', 'Required parameter is missing: configuration');
    check(configuration, media);
    const { catalog } = this.#options.database;
    if (jobReference?.projectId !== undefined && jobReference.projectId !== catalog.projectId)
      throw new ApiError(
        'invalid',
        `Value ${jobReference.projectId} in content does not agree with value ${catalog.projectId}`,
      );
    const jobId = jobReference?.jobId ?? `job_${randomUUID()}`;
    if (!/^[\w-]{1,1024}$/.test(jobId)) throw new ApiError('invalid', `Invalid job ID "${jobId}"`);
    const location = canonical(jobReference?.location ?? this.#locationOf(configuration));
    const key = keyOf(location, jobId);
    if (this.#jobs.has(key))
      throw new ApiError('duplicate', `Already Exists: Job ${catalog.projectId}:${location}.${jobId}`);
    let finish = (): void => undefined;
    const done = new Promise<void>((resolve) => {
      finish = resolve;
    });
    const job = newJob({ projectId: catalog.projectId, location, jobId }, typed(configuration), done);
    if (configuration.dryRun === true) {
      planQueryJob(this.#options.database, job);
      job.state = 'DONE';
      return job;
    }
    this.#jobs.set(key, job);
    void this.#run(job, media).then(finish);
    return job;
  }

  /** @throws ApiError notFound. Without a location, only those of the two multi-regions are found. */
  find(jobId: string, location: string | null): JobRecord {
    const places = location === null ? ['US', 'EU'] : [canonical(location)];
    for (const place of places) {
      const job = this.#jobs.get(keyOf(place, jobId));
      if (job !== undefined) return job;
    }
    const { projectId } = this.#options.database.catalog;
    throw new ApiError(
      'notFound',
      `Not found: Job ${projectId}:${location === null ? '' : `${places[0]}.`}${jobId}`,
    );
  }

  /** Ends a job that runs; one that is done stays as it is. */
  cancel(job: JobRecord): void {
    if (job.state !== 'DONE')
      job.stop.abort(new ApiError('stopped', 'Job execution was cancelled: User requested cancellation'));
  }

  /** Waits until all jobs have ended. */
  async settle(): Promise<void> {
    for (const job of this.#jobs.values()) {
      this.cancel(job);
      await job.done;
    }
  }

  async #run(job: JobRecord, media: Buffer | undefined): Promise<void> {
    const { database, faults, onQuery } = this.#options;
    try {
      // the insertion is answered before the job runs
      await new Promise(setImmediate);
      job.state = 'RUNNING';
      job.started = Date.now();
      await faults.pass(job);
      const failure = faults.failureBefore(job);
      if (failure !== undefined) throw failure;
      if (media !== undefined) await runLoadJob(database, job, media);
      else {
        onQuery(job);
        await runQueryJob(database, job, (sql) => faults.pass(job, sql));
      }
      job.error = faults.failureAfter(job);
    } catch (error) {
      job.error = asApiError(error);
      job.result = undefined;
    }
    job.ended = Date.now();
    job.state = 'DONE';
  }

  /** Where a job runs that doesn't say so: where its first dataset is. */
  #locationOf({ query, load }: JobConfiguration): string {
    const { catalog } = this.#options.database;
    const named = load?.destinationTable?.datasetId ?? query?.defaultDataset?.datasetId;
    if (named !== undefined) return catalog.find(named)?.location ?? 'US';
    for (const name of namesIn(query?.query ?? '')) {
      const dataset = catalog.find(name);
      if (dataset !== undefined) return dataset.location;
    }
    return 'US';
  }
}

function namesIn(sql: string): readonly string[] {
  try {
    return tokenize(sql).flatMap(({ kind, text }) =>
      kind === 'word' || kind === 'quoted' ? text.split('.') : [],
    );
  } catch {
    // the job itself fails by that
    return [];
  }
}

/** An error that is no answer of BigQuery's is a mistake of the fake, and says so. */
const asApiError = (error: unknown): ApiError =>
  error instanceof ApiError
    ? error
    : new ApiError(
        'internalError',
        `The fake failed: ${error instanceof Error ? error.stack : String(error)}`,
      );

const keyOf = (location: string, jobId: string): string => `${location} ${jobId}`;

/** Multi-regions are in upper case, regions in lower case. */
const canonical = (location: string): string => {
  const upper = location.toUpperCase();
  return upper === 'US' || upper === 'EU' ? upper : location.toLowerCase();
};

function typed(configuration: JobConfiguration): JobConfiguration {
  return { ...configuration, jobType: configuration.query === undefined ? 'LOAD' : 'QUERY' };
}

function check(configuration: JobConfiguration, media: Buffer | undefined): void {
  const { query, load, labels, copy, extract, dryRun, jobTimeoutMs } = configuration;
  if (copy !== undefined || extract !== undefined || jobTimeoutMs !== undefined)
    throw new ApiError('notImplemented', 'The fake has query and load jobs only, without jobTimeoutMs');
  if ((query === undefined) === (load === undefined))
    throw new ApiError('invalid', 'Exactly one kind of configuration (query, load) is required');
  checkLabels(labels);
  if (query !== undefined) {
    if (media !== undefined) throw new ApiError('invalid', 'Only load jobs have media');
    checkQuery(query);
  }
  if (load === undefined) return;
  if (dryRun === true) throw new ApiError('invalid', 'Load jobs have no dry run');
  checkLoad(load);
  if (media === undefined)
    throw new ApiError('invalid', 'Load configuration must specify at least one source URI, or media');
}

function newJob(
  reference: JobRecord['reference'],
  configuration: JobConfiguration,
  done: Promise<void>,
): JobRecord {
  return {
    reference,
    configuration,
    state: 'PENDING',
    created: Date.now(),
    started: undefined,
    ended: undefined,
    error: undefined,
    warnings: [],
    result: undefined,
    statistics: {
      statementType: undefined,
      processed: 0,
      billed: 0,
      slotMs: 0,
      dml: undefined,
      ddl: undefined,
      referenced: [],
      children: 0,
      transactionId: undefined,
      load: undefined,
    },
    done,
    stop: new AbortController(),
  };
}
