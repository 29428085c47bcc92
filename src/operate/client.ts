import type { BackfillProgress, RunProgress } from '../contracts';
import type { ClockFixed, CopyReport, Dataset, QueryOptions, QueryResult } from '../destination';
import type { BackfillRequest, RunRequest } from '../plan';
import type { Entry, EntryConfig } from '../run';
import {
  awaitBackfill,
  awaitRun,
  type BackfillEnd,
  type CatchUpStart,
  cancelRun,
  catchUpAll,
  type DeployReport,
  deploy,
  isPolled,
  listRuns,
  pauseBackfill,
  pauseSchedule,
  type RunEnd,
  type RunQuery,
  type RunSummary,
  resizeBackfill,
  resumeBackfill,
  type StartedRun,
  startBackfill,
  startRun,
  type TemporalAccess,
  type WatchOptions,
} from '../temporal';
import { Access, type ClientOptions } from './access';
import { type CopyRequest, copyDataset } from './copy';
import { checkResources, type Deployment, entryNamed, missingSecrets } from './deployment';
import { type GridQuery, type IntervalGrid, readGrid } from './grid';
import { type IntervalDetail, intervalAt, readIntervalDetail } from './interval-detail';
import { inUtc, type LedgerQuery, type ResourceIntervals, readIntervals } from './intervals';
import {
  type BackfillPlan,
  type BackfillPlanOptions,
  type ManualRunPlan,
  planBackfill,
  planManualRun,
} from './plans';
import { resumePipeline } from './resume-pipeline';
import {
  type BackfillDetail,
  detailOf,
  findRun,
  type RunDetail,
  type RunningWork,
  runningWork,
} from './runs';
import { readSchemas, type StoredSchemas } from './schemas';
import { type CursorSet, readStates, resetState, type SetCursor, type StoredState, setCursor } from './state';
import { type PipelineStatus, readStatuses } from './status';

/** What is watched of a run or backfill until it ends. */
export type WatchRunOptions<P> = Omit<WatchOptions<P>, 'client' | 'workflowId'>;

/** Which resources of a pipeline. */
export interface ResourceQuery {
  /** @default all */
  readonly resources?: readonly string[] | undefined;
}

/**
 * Reads and acts on what a config deploys: what runs, what is planned, loaded, missing and why, of which state. Plain
 * data, nothing is printed. Temporal is reached when it is first needed: what is read of the ledger needs no server. A
 * dataset is opened for one use at a time and let go again; while another process holds it, it is waited for, up to 30
 * seconds.
 *
 * Dates in requests are texts as a user writes them: without an offset they are in the schedule's zone.
 */
export class TidemarkClient implements AsyncDisposable {
  readonly deployment: Deployment;
  readonly #access: Access;

  constructor(deployment: Deployment, options: ClientOptions = {}) {
    this.deployment = deployment;
    this.#access = new Access(deployment, options);
  }

  get config(): EntryConfig {
    return this.deployment.config;
  }

  /**
   * The way to Temporal: the configured server, else the project's embedded one, which is started or joined.
   * @throws TEMPORAL_UNAVAILABLE, TEMPORAL_NOT_INSTALLED, SERVER_START_FAILED
   */
  temporal(): Promise<TemporalAccess> {
    return this.#access.temporal();
  }

  /** As {@link temporal}, but undefined where the project would need an embedded server and never had one. */
  temporalIfAny(): Promise<TemporalAccess | undefined> {
    return this.#access.temporalIfAny();
  }

  /** The entry of a pipeline. @throws PIPELINE_UNKNOWN listing the names there are */
  entry(pipeline: string): Entry {
    return entryNamed(this.deployment, pipeline);
  }

  /**
   * Opens the dataset of a pipeline for as long as `use` takes.
   * @throws DESTINATION_LOCKED, DESTINATION_NOT_A_DATABASE, and what `use` throws
   */
  async withDataset<T>(pipeline: string, use: (dataset: Dataset) => Promise<T>): Promise<T> {
    return this.#access.withDataset(this.entry(pipeline), use);
  }

  // What is, and what would be.

  /**
   * How pipelines stand: schedule, backfills under way and newest runs, per resource what is loaded and missing. Starts no
   * server where there never was one; waits two seconds for a file that another program holds. @default all pipelines
   */
  async status(pipelines?: readonly string[]): Promise<PipelineStatus[]> {
    const entries = pipelines?.map((name) => this.entry(name)) ?? this.config.pipelines;
    return readStatuses({ access: this.#access, entries, now: new Date() });
  }

  /** Runs and backfills: those under way first, then the others, the last that ended first. */
  async runs(query: RunQuery = {}): Promise<RunSummary[]> {
    return listRuns(await this.#access.client(), query);
  }

  /** The runs and backfills that are under way, each with its progress; of one pipeline, or of all. */
  async running(pipeline?: string): Promise<RunningWork> {
    return runningWork(await this.#access.client(), pipeline);
  }

  /** A run or backfill by its workflow id: its progress, or how it ended. @throws USAGE where there is none */
  async run(workflowId: string): Promise<RunDetail | BackfillDetail> {
    const client = await this.#access.client();
    return detailOf(client, await findRun(client, workflowId));
  }

  /** Which run or backfill an id names. @throws USAGE where there is none */
  async findRun(workflowId: string): Promise<RunSummary> {
    return findRun(await this.#access.client(), workflowId);
  }

  /** The ledger of a pipeline by resource, and what is missing with its cause. @throws RESOURCE_UNKNOWN */
  async intervals(pipeline: string, query: LedgerQuery = {}): Promise<ResourceIntervals[]> {
    const entry = this.entry(pipeline);
    const utc = inUtc(entry, query);
    return this.#access.withDataset(entry, (dataset) =>
      readIntervals({ entry, dataset, query: utc, now: new Date() }),
    );
  }

  /**
   * Complete intervals of a pipeline × its resources, each with its state.
   * @param query.running whether Temporal is asked for what is running. @default false: that needs no server
   * @throws RESOURCE_UNKNOWN
   */
  async grid(
    pipeline: string,
    query: GridQuery & { readonly running?: boolean | undefined } = {},
  ): Promise<IntervalGrid> {
    const entry = this.entry(pipeline);
    const utc = { ...inUtc(entry, query), limit: query.limit };
    const running = query.running === true ? (await this.running(pipeline)).runs : [];
    return this.#access.withDataset(entry, (dataset) =>
      readGrid({ entry, dataset, query: utc, running, now: new Date() }),
    );
  }

  /**
   * The interval of a pipeline that a date or time lies in: its resources, its ledger rows, its run, and the request that
   * loads it again.
   * @param options.run whether Temporal is asked for its run. @default false: that needs no server
   * @throws USAGE where there is no such interval
   */
  async interval(
    pipeline: string,
    at: string,
    options: { readonly run?: boolean | undefined } = {},
  ): Promise<IntervalDetail> {
    const entry = this.entry(pipeline);
    const interval = intervalAt(entry, at);
    const client = options.run === true ? await this.#access.client() : undefined;
    return this.#access.withDataset(entry, (dataset) =>
      readIntervalDetail({ entry, dataset, interval, client, now: new Date() }),
    );
  }

  /** The stored state of a pipeline, of each that keeps some. @throws RESOURCE_UNKNOWN */
  async state(pipeline: string, query: ResourceQuery = {}): Promise<StoredState[]> {
    return readStates(this.entry(pipeline), query.resources, this.#access);
  }

  /** The stored schema of each source of a pipeline; undefined where nothing was loaded yet. */
  async schemas(pipeline: string): Promise<StoredSchemas> {
    return readSchemas(this.entry(pipeline), this.#access);
  }

  /** Runs SQL on the dataset of a pipeline, its schema being the default one. @throws QUERY_FAILED */
  async query(
    pipeline: string,
    sql: string,
    params: readonly unknown[] = [],
    options?: QueryOptions,
  ): Promise<QueryResult> {
    return this.withDataset(pipeline, (dataset) => dataset.query(sql, params, options));
  }

  /** Gives loads that a clock ahead of its time wrote ids of now, so that others can be committed again. */
  async fixClock(pipeline: string): Promise<ClockFixed> {
    return this.withDataset(pipeline, (dataset) => dataset.fixClock({ clock: Date.now }));
  }

  /**
   * Brings the dataset of a pipeline to another destination: rows, schema, state and ledger, of all pipelines that load into
   * it. A copy that stopped is gone on with; nothing is overwritten.
   * @throws DATASET_MISMATCH where there is anything else; STATE_CHANGED if it was loaded into meanwhile; IDENTIFIER_INVALID,
   * DESTINATION_REFUSED for what the other destination can't hold; CANCELLED
   */
  async copy(pipeline: string, request: CopyRequest): Promise<CopyReport> {
    return copyDataset(this.entry(pipeline), request, this.#access);
  }

  /** What a backfill would load by the ledger as it is now, how many of it, and what is left out. Starts nothing. */
  async planBackfill(request: BackfillRequest, plan: BackfillPlanOptions = {}): Promise<BackfillPlan> {
    const entry = this.entry(request.pipeline);
    return this.#access.withDataset(entry, (dataset) =>
      planBackfill({ entry, dataset, request, plan, now: new Date() }),
    );
  }

  /** What a run would load. Starts nothing, and asks nobody. */
  planRun(request: RunRequest): ManualRunPlan {
    const entry = this.entry(request.pipeline);
    checkResources(entry, request.resources);
    return planManualRun(entry, request, new Date());
  }

  /** A line for each pipeline of which config or secrets are missing, naming every place that was looked at. */
  missingSecrets(): string[] {
    return missingSecrets(this.config.pipelines);
  }

  /** Whether a worker polls the config's task queue. */
  async hasWorker(): Promise<boolean> {
    return isPolled(await this.temporal(), this.config.temporal.taskQueue);
  }

  // What is done.

  /** Brings the server's Schedules in line with the config, and starts what is to be caught up. */
  async deploy(
    options: { readonly dryRun?: boolean | undefined; readonly prune?: boolean | undefined } = {},
  ): Promise<DeployReport> {
    const { dryRun = false, prune = false } = options;
    return deploy({ client: await this.#access.client(), config: this.config, dryRun, prune });
  }

  /** Starts catch-up of what is deployed, and leaves the Schedules as they are: what a worker does when it starts. */
  async catchUp(): Promise<CatchUpStart[]> {
    return catchUpAll({ client: await this.#access.client(), config: this.config });
  }

  /** Starts a manual run, or joins the one of the same interval that is under way. A worker does the work. */
  async startRun(request: RunRequest): Promise<StartedRun> {
    this.entry(request.pipeline);
    return startRun({ client: await this.#access.client(), config: this.config }, request);
  }

  /** Starts a backfill, or joins the one over the same range that is under way. */
  async startBackfill(request: BackfillRequest): Promise<StartedRun> {
    this.entry(request.pipeline);
    return startBackfill({ client: await this.#access.client(), config: this.config }, request);
  }

  /** Waits until a run has ended; undefined if the signal ended the waiting first. A failed run is a value. */
  async watchRun(
    workflowId: string,
    options: WatchRunOptions<RunProgress> = {},
  ): Promise<RunEnd | undefined> {
    return awaitRun({ ...options, client: await this.#access.client(), workflowId });
  }

  /** As {@link watchRun}, for a backfill or catch-up. */
  async watchBackfill(
    workflowId: string,
    options: WatchRunOptions<BackfillProgress> = {},
  ): Promise<BackfillEnd | undefined> {
    return awaitBackfill({ ...options, client: await this.#access.client(), workflowId });
  }

  /** Pauses the Schedule of a pipeline, or a backfill by its id: those of its intervals that run go on. */
  async pause(what: string, reason = 'paused by hand'): Promise<void> {
    const client = await this.#access.client();
    await (this.#isPipeline(what)
      ? pauseSchedule(client, what, reason)
      : pauseBackfill(client, what, reason));
  }

  /**
   * Resumes what {@link pause} paused. What a Schedule left undone is written into the ledger, so that its gaps say `paused`.
   * @returns why that could not be written; it is resumed all the same
   */
  async resume(what: string): Promise<string | undefined> {
    const client = await this.#access.client();
    if (!this.#isPipeline(what)) {
      await resumeBackfill(client, what);
      return undefined;
    }
    return resumePipeline({ client, access: this.#access, entry: this.entry(what), now: new Date() });
  }

  /** Changes how many intervals of a backfill run at a time; lowering it stops none that runs. */
  async resize(workflowId: string, parallel: number): Promise<void> {
    await resizeBackfill(await this.#access.client(), workflowId, parallel);
  }

  /** Cancels a run or backfill; a load that is committing finishes. @throws USAGE where there is none of that id */
  async cancel(workflowId: string): Promise<void> {
    await cancelRun(await this.#access.client(), workflowId);
  }

  /** Sets a cursor: the resource's next run goes on from this value; rows that are loaded stay. @throws USAGE */
  async setCursor(pipeline: string, request: SetCursor): Promise<CursorSet> {
    return setCursor(this.entry(pipeline), request, this.#access);
  }

  /**
   * Forgets the state of resources: their rows stay, their next run begins anew.
   * @param query.resources of which. @default every resource of the pipeline
   * @returns their names
   * @throws RESOURCE_UNKNOWN
   */
  async resetState(pipeline: string, query: ResourceQuery = {}): Promise<readonly string[]> {
    return resetState(this.entry(pipeline), query.resources, this.#access);
  }

  /** Closes the connection, and stops the embedded server if this client started it. May be called twice. */
  async close(): Promise<void> {
    await this.#access.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  #isPipeline(name: string): boolean {
    return this.config.pipelines.some((entry) => entry.name === name);
  }
}
