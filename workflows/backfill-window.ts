import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import { CancellationScope, proxyActivities, startChild, workflowInfo } from '@temporalio/workflow';
import {
  type BackfillInput,
  type BackfillProgress,
  intervalRunId,
  MEMO_KEY,
  type PlannedChunk,
  type TidemarkActivities,
  tickRunId,
} from '../src/contracts';
import { PLAN, priorityOf } from './activity-profiles';
import {
  afterEnd,
  afterLoaded,
  afterStart,
  type BackfillState,
  firstState,
  progressOf,
} from './backfill-state';
import { readChildFailure } from './failures';
import type { tidemarkLoadInterval } from './load-interval';

/** Intervals that are read at a time: many for few activities, few for a small history. */
const PAGE = 100;
const CONTINUE_AFTER = 300;

const intervalsOf = (chunks: readonly PlannedChunk[]): number =>
  chunks.reduce((sum, { intervals }) => sum + (intervals?.length ?? 1), 0);

/** The sliding window of a backfill: the intervals that are next, those that run, and what became of the others. */
export class BackfillWindow {
  state: BackfillState;
  cancelling = false;
  readonly #input: BackfillInput;
  readonly #running = new Map<string, PlannedChunk>();
  readonly #children = new CancellationScope({ cancellable: true, parent: CancellationScope.current() });
  #queue: readonly PlannedChunk[] = [];
  #morePages = true;
  #started = 0;

  constructor(input: BackfillInput) {
    this.#input = input;
    this.state = input.carried ?? firstState(input, workflowInfo().startTime.toISOString());
  }

  /** Nothing is left to start. */
  get exhausted(): boolean {
    return this.#queue.length === 0 && !this.#morePages;
  }

  get drained(): boolean {
    return this.#running.size === 0;
  }

  /** Time to continue as new, once nothing runs any more. */
  get full(): boolean {
    return (
      this.#started >= (this.#input.continueAfter ?? CONTINUE_AFTER) || workflowInfo().continueAsNewSuggested
    );
  }

  get mayStart(): boolean {
    return this.state.paused === null && this.#running.size < this.state.parallel && !this.full;
  }

  progress(): BackfillProgress {
    const running = [...this.#running.values()].map(({ interval }) => interval);
    return progressOf({
      input: this.#input,
      state: this.state,
      phase: this.#phase(),
      running,
      nowMs: Date.now(),
    });
  }

  /** Cancels what runs; nothing more is started. */
  cancel(): void {
    this.cancelling = true;
    this.#children.cancel();
  }

  /** Reads the next page of intervals if the last one is used up. */
  async refill(): Promise<void> {
    if (this.#queue.length > 0 || !this.#morePages) return;
    const { pipeline, kind, range, resources } = this.#input;
    const { position } = this.state;
    const page = await proxyActivities<TidemarkActivities>(PLAN).tidemarkPlanBackfill({
      version: 1,
      pipeline,
      kind,
      range,
      resources,
      position: position ?? undefined,
      limit: PAGE,
    });
    this.#queue = page.chunks;
    this.#morePages = page.next !== null;
    const { leftOut = this.state.leftOut } = page;
    // the last page knows it exactly: until then others may have loaded some, and a long range is reckoned
    const total =
      page.next === null ? this.#startedInAll() + intervalsOf(page.chunks) : (page.total ?? this.state.total);
    this.state = { ...this.state, total, leftOut };
  }

  /** Starts the next interval, and does not wait for it. */
  startNext(): void {
    const [chunk, ...rest] = this.#queue;
    if (chunk === undefined) return;
    this.#queue = rest;
    this.#started += 1;
    this.state = afterStart(this.state, chunk, this.#input.range.order ?? 'oldest');
    this.#children.run(() => this.#run(chunk)).catch(() => undefined);
  }

  async #run(chunk: PlannedChunk): Promise<void> {
    const { pipeline, kind, resources, range } = this.#input;
    const { interval, nominal, intervals } = chunk;
    const workflowId =
      nominal === undefined ? intervalRunId(pipeline, interval) : tickRunId(pipeline, nominal);
    this.#running.set(workflowId, chunk);
    try {
      const child = await startChild<typeof tidemarkLoadInterval>('tidemarkLoadInterval', {
        workflowId,
        // a backfill that is terminated leaves its loads to end well; continue-as-new would end them too
        parentClosePolicy: 'ABANDON',
        cancellationType: 'WAIT_CANCELLATION_COMPLETED',
        priority: priorityOf(kind),
        memo: { [MEMO_KEY]: { pipeline, kind } },
        args: [
          {
            version: 1,
            pipeline,
            kind,
            time: { kind: 'interval', interval },
            resources,
            group: intervals,
            unlessLoaded: (range.select ?? 'missing') !== 'all',
          },
        ],
      });
      const { outcomes } = await child.result();
      const rows = outcomes.reduce((sum, outcome) => sum + outcome.rows, 0);
      this.state = afterLoaded(this.state, rows, intervals?.length);
    } catch (error) {
      if (error instanceof WorkflowExecutionAlreadyStartedError)
        this.state = { ...this.state, elsewhere: this.state.elsewhere + (intervals?.length ?? 1) };
      else this.state = afterEnd(this.state, readChildFailure(error), { ...chunk, workflowId });
    } finally {
      this.#running.delete(workflowId);
    }
  }

  /** Intervals that were started, in earlier runs of the workflow too. */
  #startedInAll(): number {
    const { loaded, failed, cancelled, elsewhere } = this.state;
    return loaded + failed + cancelled + elsewhere + intervalsOf([...this.#running.values()]);
  }

  #phase(): BackfillProgress['phase'] {
    if (this.cancelling) return this.drained ? 'cancelled' : 'cancelling';
    if (this.exhausted) return this.drained ? 'done' : 'running';
    return this.state.paused === null ? 'running' : 'paused';
  }
}
