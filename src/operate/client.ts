import type { BackfillProgress, RunProgress } from '../contracts';
import type { ClockFixed, CopyReport, ResourceDropReport } from '../destination';
import type { BackfillRequest, RunRequest } from '../plan';
import {
  awaitBackfill,
  awaitRun,
  type BackfillEnd,
  type CatchUpStart,
  cancelRun,
  catchUpAll,
  type DeployReport,
  deploy,
  pauseBackfill,
  pauseSchedule,
  type RunEnd,
  resizeBackfill,
  resumeBackfill,
  type StartedRun,
  startBackfill,
  startRun,
  type WatchOptions,
} from '../temporal';
import { type CopyRequest, copyDataset } from './copy';
import { type DropRequest, dropResources } from './drop';
import { ReadingClient, type ResourceQuery } from './reading-client';
import { resumePipeline } from './resume-pipeline';
import { type CursorSet, resetState, type SetCursor, setCursor } from './state';

/** What is watched of a run or backfill until it ends. */
export type WatchRunOptions<P> = Omit<WatchOptions<P>, 'client' | 'workflowId'>;

/**
 * Reads and acts on what a config deploys: what runs, what is planned, loaded, missing and why, of which state. Plain
 * data, nothing is printed. Temporal is reached when it is first needed: what is read of the ledger needs no server. A
 * dataset is opened for one use at a time and let go again; while another process holds it, it is waited for, up to 30
 * seconds.
 *
 * Dates in requests are texts as a user writes them: without an offset they are in the schedule's zone.
 */
export class TidemarkClient extends ReadingClient implements AsyncDisposable {
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
    return copyDataset(this.entry(pipeline), request, this.access);
  }

  /** Brings the server's Schedules in line with the config, and starts what is to be caught up. */
  async deploy(
    options: { readonly dryRun?: boolean | undefined; readonly prune?: boolean | undefined } = {},
  ): Promise<DeployReport> {
    const { dryRun = false, prune = false } = options;
    return deploy({ client: await this.access.client(), config: this.config, dryRun, prune });
  }

  /** Starts catch-up of what is deployed, and leaves the Schedules as they are: what a worker does when it starts. */
  async catchUp(): Promise<CatchUpStart[]> {
    return catchUpAll({ client: await this.access.client(), config: this.config });
  }

  /** Starts a manual run, or joins the one of the same interval that is under way. A worker does the work. */
  async startRun(request: RunRequest): Promise<StartedRun> {
    this.entry(request.pipeline);
    return startRun({ client: await this.access.client(), config: this.config }, request);
  }

  /** Starts a backfill, or joins the one over the same range that is under way. */
  async startBackfill(request: BackfillRequest): Promise<StartedRun> {
    this.entry(request.pipeline);
    return startBackfill({ client: await this.access.client(), config: this.config }, request);
  }

  /** Waits until a run has ended; undefined if the signal ended the waiting first. A failed run is a value. */
  async watchRun(
    workflowId: string,
    options: WatchRunOptions<RunProgress> = {},
  ): Promise<RunEnd | undefined> {
    return awaitRun({ ...options, client: await this.access.client(), workflowId });
  }

  /** As {@link watchRun}, for a backfill or catch-up. */
  async watchBackfill(
    workflowId: string,
    options: WatchRunOptions<BackfillProgress> = {},
  ): Promise<BackfillEnd | undefined> {
    return awaitBackfill({ ...options, client: await this.access.client(), workflowId });
  }

  /** Pauses the Schedule of a pipeline, or a backfill by its id: those of its intervals that run go on. */
  async pause(what: string, reason = 'paused by hand'): Promise<void> {
    const client = await this.access.client();
    await (this.#isPipeline(what)
      ? pauseSchedule(client, what, reason)
      : pauseBackfill(client, what, reason));
  }

  /**
   * Resumes what {@link pause} paused. What a Schedule left undone is written into the ledger, so that its gaps say `paused`.
   * @returns why that could not be written; it is resumed all the same
   */
  async resume(what: string): Promise<string | undefined> {
    const client = await this.access.client();
    if (!this.#isPipeline(what)) {
      await resumeBackfill(client, what);
      return undefined;
    }
    return resumePipeline({ client, access: this.access, entry: this.entry(what), now: new Date() });
  }

  /** Changes how many intervals of a backfill run at a time; lowering it stops none that runs. */
  async resize(workflowId: string, parallel: number): Promise<void> {
    await resizeBackfill(await this.access.client(), workflowId, parallel);
  }

  /** Cancels a run or backfill; a load that is committing finishes. @throws USAGE where there is none of that id */
  async cancel(workflowId: string): Promise<void> {
    await cancelRun(await this.access.client(), workflowId);
  }

  /** Sets a cursor: the resource's next run goes on from this value; rows that are loaded stay. @throws USAGE */
  async setCursor(pipeline: string, request: SetCursor): Promise<CursorSet> {
    return setCursor(this.entry(pipeline), request, this.access);
  }

  /**
   * Forgets the state of resources: their rows stay, their next run begins anew.
   * @param query.resources of which. @default every resource of the pipeline
   * @returns their names
   * @throws RESOURCE_UNKNOWN
   */
  async resetState(pipeline: string, query: ResourceQuery = {}): Promise<readonly string[]> {
    return resetState(this.entry(pipeline), query.resources, this.access);
  }

  /**
   * Drops tables and state of resources, in one transaction: their intervals count as not loaded, a load that began before commits
   * nothing, and the next one makes the tables anew. Pause the pipeline first: a load that is under way starts over.
   * @throws USAGE, RESOURCE_UNKNOWN; QUERY_FAILED where nothing was loaded yet; DESTINATION_REFUSED where a view needs a table
   */
  async drop(pipeline: string, request: DropRequest): Promise<ResourceDropReport> {
    return dropResources(this.entry(pipeline), request, this.access);
  }

  /** Closes the connection, and stops the embedded server if this client started it. May be called twice. */
  async close(): Promise<void> {
    await this.access.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  #isPipeline(name: string): boolean {
    return this.config.pipelines.some((entry) => entry.name === name);
  }
}
