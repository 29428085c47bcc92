import type { Dataset, QueryOptions, QueryResult } from '../destination';
import type { Interval } from '../interval';
import type { BackfillRequest, RunRequest } from '../plan';
import type { Entry, EntryConfig } from '../run';
import { isPolled, listRuns, type RunQuery, type RunSummary, type TemporalAccess } from '../temporal';
import { Access, type ClientOptions } from './access';
import { checkResources, type Deployment, entryNamed, missingSecrets } from './deployment';
import { type BackfillEstimate, estimateBackfill } from './estimate';
import { type GridQuery, INTERVALS, type IntervalGrid, readGrid } from './grid';
import { type IntervalDetail, intervalAt, readIntervalDetail } from './interval-detail';
import { type LoadView, readLoads } from './interval-loads';
import { runSeconds } from './interval-totals';
import { inUtc, type LedgerQuery, type ResourceIntervals, readIntervals } from './intervals';
import { type LoadTable, type RowsView, readLoadRows } from './load-rows';
import type { Overview } from './overview';
import {
  type BackfillPlan,
  type BackfillPlanOptions,
  type ManualRunPlan,
  planBackfill,
  planManualRun,
} from './plans';
import { readHistory } from './read-history';
import { readOverview } from './read-overview';
import { compareSchemas, readSchemaDiff, type SchemaDiff, type SchemaDiffRequest } from './read-schema-diff';
import {
  type BackfillDetail,
  detailOf,
  findRun,
  type RunDetail,
  type RunningWork,
  runningWork,
} from './runs';
import { type PreviewRequest, previewSchedule, type SchedulePreview } from './schedule-preview';
import { exportSchema, type SchemaExportRequest } from './schema-export';
import type { SchemaHistory } from './schema-history';
import { readSchemaView, type SchemaView } from './schema-view';
import { readSchemas, type StoredSchemas } from './schemas';
import { readStates, type StoredState } from './state';
import { type PipelineStatus, readStatuses } from './status';
import { type RunTrace, traceInterval, traceRun } from './trace';

/** Which resources of a pipeline. */
export interface ResourceQuery {
  /** @default all */
  readonly resources?: readonly string[] | undefined;
}

/**
 * Reads what a config deploys: what runs, what is planned, loaded, missing and why, of which state, and what would be loaded. It starts
 * and changes nothing.
 */
export class ReadingClient {
  readonly deployment: Deployment;
  protected readonly access: Access;

  constructor(deployment: Deployment, options: ClientOptions = {}) {
    this.deployment = deployment;
    this.access = new Access(deployment, options);
  }

  get config(): EntryConfig {
    return this.deployment.config;
  }

  /**
   * The way to Temporal: the configured server, else the project's embedded one, which is started or joined.
   * @throws TEMPORAL_UNAVAILABLE, TEMPORAL_NOT_INSTALLED, SERVER_START_FAILED
   */
  temporal(): Promise<TemporalAccess> {
    return this.access.temporal();
  }

  /** As {@link temporal}, but undefined where the project would need an embedded server and never had one. */
  temporalIfAny(): Promise<TemporalAccess | undefined> {
    return this.access.temporalIfAny();
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
    return this.access.withDataset(this.entry(pipeline), use);
  }

  /**
   * How pipelines stand: schedule, backfills under way and newest runs, per resource what is loaded and missing. Starts no
   * server where there never was one; waits two seconds for a file that another program holds. @default all pipelines
   */
  async status(pipelines?: readonly string[]): Promise<PipelineStatus[]> {
    const entries = pipelines?.map((name) => this.entry(name)) ?? this.config.pipelines;
    return readStatuses({ access: this.access, entries, now: new Date() });
  }

  /**
   * As {@link status}, for a page: with freshness, rows a day, gaps counted in intervals, progress of backfills. Temporal or a dataset
   * that can't be reached is told, and hides nothing else. @default all pipelines
   */
  async overview(pipelines?: readonly string[]): Promise<Overview> {
    const entries = pipelines?.map((name) => this.entry(name)) ?? this.config.pipelines;
    return readOverview({ access: this.access, entries, now: new Date() });
  }

  /** Runs and backfills: those under way first, then the others, the last that ended first. */
  async runs(query: RunQuery = {}): Promise<RunSummary[]> {
    return listRuns(await this.access.client(), query);
  }

  /** The runs and backfills that are under way, each with its progress; of one pipeline, or of all. */
  async running(pipeline?: string): Promise<RunningWork> {
    return runningWork(await this.access.client(), pipeline);
  }

  /** A run or backfill by its workflow id: its progress, or how it ended. @throws USAGE where there is none */
  async run(workflowId: string): Promise<RunDetail | BackfillDetail> {
    const client = await this.access.client();
    return detailOf(client, await findRun(client, workflowId));
  }

  /**
   * Where the time of a run went: waiting, requests, tables, commit.
   * @param at a date: `what` is then a pipeline, and the run that loaded the interval which it lies in is meant
   * @throws USAGE where there is no such run any more
   */
  async trace(what: string, at?: string): Promise<RunTrace> {
    if (at !== undefined) return traceInterval(this.entry(what), at, this.access);
    return traceRun(await this.access.client(), { workflowId: what });
  }

  /** Which run or backfill an id names. @throws USAGE where there is none */
  async findRun(workflowId: string): Promise<RunSummary> {
    return findRun(await this.access.client(), workflowId);
  }

  /** The ledger of a pipeline by resource, and what is missing with its cause. @throws RESOURCE_UNKNOWN */
  async intervals(pipeline: string, query: LedgerQuery = {}): Promise<ResourceIntervals[]> {
    const entry = this.entry(pipeline);
    const utc = inUtc(entry, query);
    return this.access.withDataset(entry, (dataset) =>
      readIntervals({ entry, dataset, query: utc, now: new Date() }),
    );
  }

  /**
   * Complete intervals of a pipeline × its resources, each with its state.
   * @param query.running whether Temporal is asked for what is running, and how long runs took. @default false: that needs no server
   * @throws RESOURCE_UNKNOWN
   */
  async grid(
    pipeline: string,
    query: GridQuery & { readonly running?: boolean | undefined } = {},
  ): Promise<IntervalGrid> {
    const entry = this.entry(pipeline);
    const utc = { ...inUtc(entry, query), limit: query.limit };
    const [running, seconds] =
      query.running === true
        ? await Promise.all([
            this.running(pipeline).then(({ runs }) => runs),
            runSeconds(entry, this.access, INTERVALS),
          ])
        : [[], undefined];
    return this.access.withDataset(entry, (dataset) =>
      readGrid({ entry, dataset, query: utc, running, seconds, now: new Date() }),
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
    const client = options.run === true ? await this.access.client() : undefined;
    return this.access.withDataset(entry, (dataset) =>
      readIntervalDetail({ entry, dataset, interval, client, now: new Date() }),
    );
  }

  /**
   * What the loads did that touch an interval, the newest first, at most 20: rows now, state, what came to the schema. What that
   * costs: {@link readLoads}.
   */
  async loads(pipeline: string, interval: Interval): Promise<LoadView[]> {
    return readLoads({ entry: this.entry(pipeline), interval, access: this.access });
  }

  /** The first 100 rows that a load has in a table, values as texts. What that costs: {@link readLoadRows}. @throws USAGE */
  async loadRows(pipeline: string, of: LoadTable): Promise<RowsView> {
    return readLoadRows({ entry: this.entry(pipeline), of, access: this.access });
  }

  /** Tables and columns and when each came, cursors, and what the newest 500 intervals brought: {@link readHistory}. */
  async history(pipeline: string): Promise<SchemaHistory> {
    return readHistory(this.entry(pipeline), this.access);
  }

  /** The stored state of a pipeline, of each that keeps some. @throws RESOURCE_UNKNOWN */
  async state(pipeline: string, query: ResourceQuery = {}): Promise<StoredState[]> {
    return readStates(this.entry(pipeline), query.resources, this.access);
  }

  /** The stored schema of each source of a pipeline; undefined where nothing was loaded yet. */
  async schemas(pipeline: string): Promise<StoredSchemas> {
    return readSchemas(this.entry(pipeline), this.access);
  }

  /** Tables and columns of a pipeline, with types, hints, and the schema version each came with. @throws USAGE */
  async schema(pipeline: string, query: { readonly table?: string | undefined } = {}): Promise<SchemaView> {
    return readSchemaView(this.entry(pipeline), query.table, this.access);
  }

  /** The newest stored schema as a text: dlt's YAML or JSON, statements of SQL, or dbt sources. @throws USAGE */
  async exportSchema(pipeline: string, request: SchemaExportRequest = {}): Promise<string> {
    return exportSchema(this.entry(pipeline), request, this.access);
  }

  /**
   * What changed between two stored versions of a schema; with `against`, how the newest one differs from that of another pipeline.
   * @throws USAGE, PIPELINE_UNKNOWN
   */
  async diffSchema(
    pipeline: string,
    request: SchemaDiffRequest & { readonly against?: string | undefined } = {},
  ): Promise<SchemaDiff> {
    const entry = this.entry(pipeline);
    const { against } = request;
    return against === undefined
      ? readSchemaDiff(entry, request, this.access)
      : compareSchemas([entry, this.entry(against)], request, this.access);
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

  /** What a backfill would load by the ledger as it is now, how many of it, and what is left out. Starts nothing. */
  async planBackfill(request: BackfillRequest, plan: BackfillPlanOptions = {}): Promise<BackfillPlan> {
    const entry = this.entry(request.pipeline);
    return this.access.withDataset(entry, (dataset) =>
      planBackfill({ entry, dataset, request, plan, now: new Date() }),
    );
  }

  /**
   * How long a backfill takes by what runs took before. Unknown where the pipeline has none that ended well, and where Temporal
   * can't be asked: no server is started for it.
   * @param plan as {@link planBackfill} has planned the request
   */
  async estimateBackfill(request: BackfillRequest, plan: BackfillPlan): Promise<BackfillEstimate> {
    return estimateBackfill({ access: this.access, entry: this.entry(request.pipeline), request, plan });
  }

  /** What a run would load. Starts nothing, and asks nobody. */
  planRun(request: RunRequest): ManualRunPlan {
    const entry = this.entry(request.pipeline);
    checkResources(entry, request.resources);
    return planManualRun(entry, request, new Date());
  }

  /**
   * What a schedule would do: its next runs, what its author may not expect, and how it differs from the schedule that the
   * config has for a pipeline. Asks no server, and reads no dataset.
   * @throws CRON_INVALID, ZONE_INVALID, INSTANT_INVALID, INTERVAL_INVALID, PIPELINE_UNKNOWN; USAGE for a pipeline without one
   */
  previewSchedule(
    request: PreviewRequest,
    options: { readonly now?: Date | undefined } = {},
  ): SchedulePreview {
    return previewSchedule(this.deployment, request, options.now ?? new Date());
  }

  /** A line for each pipeline of which config or secrets are missing, naming every place that was looked at. */
  missingSecrets(): string[] {
    return missingSecrets(this.config.pipelines);
  }

  /** Whether a worker polls the config's task queue. */
  async hasWorker(): Promise<boolean> {
    return isPolled(await this.temporal(), this.config.temporal.taskQueue);
  }
}
