import type { Client } from '@temporalio/client';
import { backfillProgressView } from '../../src/cli/output/backfill-progress';
import { formatInterval, plural } from '../../src/cli/output/format';
import { createProgress, mark } from '../../src/cli/output/progress';
import { styleFor } from '../../src/cli/output/style';
import type { Terminal } from '../../src/cli/output/terminal';
import type { ResolvedConfig } from '../../src/config';
import type { BackfillProgress } from '../../src/contracts';
import { TidemarkError } from '../../src/errors';
import { awaitBackfill, type BackfillEnd, type CatchUpStart, cancelRun, deploy } from '../../src/temporal';
import type { TidemarkWorker } from '../../workers';

/** What the demo's loading of one pipeline came to. */
export interface LoadedPipeline {
  readonly pipeline: string;
  /** Intervals that were missing and are loaded now. */
  readonly intervals: number;
  /** Intervals that failed, where it goes on then. */
  readonly failed: number;
  readonly rows: number;
}

/** Longer than any of this takes: what hangs must not hang for ever. */
const GIVE_UP_MS = 300_000;

interface Call {
  readonly terminal: Terminal;
  readonly config: ResolvedConfig;
  readonly client: Client;
  readonly worker: TidemarkWorker;
  readonly interrupted: AbortSignal;
  readonly pipeline: string;
  readonly what: string;
  /** Whether the intervals after one that fails are loaded all the same, and its failure is told only. @default false */
  readonly goesOn?: boolean | undefined;
}

/** Deploys one pipeline of the config, and waits until the intervals that its deployment caught up are loaded. */
export async function loadPipeline(call: Call): Promise<LoadedPipeline> {
  const { terminal, config, client, pipeline, what } = call;
  const style = styleFor(terminal.colour);
  const entry = { ...config, pipelines: config.pipelines.filter(({ name }) => name === pipeline) };
  const loaded = { pipeline, intervals: 0, failed: 0, rows: 0 };
  for (let first = true; ; first = false) {
    const report = await deploy({ client, config: entry });
    const actions = report.schedules.map(({ action }) => action).join(', ');
    if (first) terminal.err(`\n${style.bold(pipeline)}  ${what}  ${style.dim(`Schedule ${actions}`)}`);
    const [catchUp] = report.catchUps;
    if (catchUp === undefined) return loaded;
    if (!catchUp.started) terminal.err('  going on with what an earlier start began');
    const result = await waitFor(call, catchUp);
    if (result !== undefined && (first || result.total > 0))
      terminal.err(`  ${mark(terminal, 'done')} ${outcomeOf(result)}`);
    loaded.intervals += result?.loaded ?? 0;
    loaded.failed += result?.failed ?? 0;
    loaded.rows += result?.rows ?? 0;
    if (catchUp.started) return loaded;
    // what an earlier start began knows nothing of what failed in it: a deployment finds that again
  }
}

/** Waits for a catch-up. One that this start began is ended by its first failure, unless it goes on; an older one may end as it likes. */
async function waitFor(call: Call, catchUp: CatchUpStart): Promise<BackfillProgress | undefined> {
  const { terminal, client, worker, interrupted, goesOn = false } = call;
  const { workflowId, started } = catchUp;
  const progress = createProgress(terminal);
  const waiting = waitingSignal(interrupted);
  const workerFailed = new Promise<never>((_resolve, reject) => {
    worker.ended.catch(reject);
  });
  const show = backfillProgressView(terminal, progress);
  let cancelled = false;
  const onProgress = (state: BackfillProgress): void => {
    show(state);
    if (goesOn || (!started && state.phase !== 'paused') || state.failed === 0 || cancelled) return;
    cancelled = true;
    cancelRun(client, workflowId).catch(() => undefined);
  };
  const end = await Promise.race([
    awaitBackfill({ client, workflowId, onProgress, signal: waiting.signal }),
    workerFailed,
  ]).finally(() => {
    progress.end();
    waiting.end();
  });
  if (end === undefined) throw stoppedWaiting(interrupted, workflowId);
  const { result } = end;
  if (goesOn && result !== undefined) return result;
  if (started && (end.status !== 'completed' || result === undefined)) throw failureOf(call.pipeline, end);
  return result;
}

/** The first interval that failed, with its cause. */
function failureOf(pipeline: string, { result, error, status }: BackfillEnd): TidemarkError {
  const [first] = result?.failures ?? [];
  return first === undefined
    ? new TidemarkError('RUN_FAILED', `${pipeline} was not loaded: ${error?.message ?? status}`)
    : new TidemarkError(
        'RUN_FAILED',
        `${pipeline} did not load ${formatInterval(first.interval)}: ${first.message}`,
      );
}

/** Aborts at Ctrl-C, and when it has taken too long. */
function waitingSignal(interrupted: AbortSignal): { readonly signal: AbortSignal; end(): void } {
  const controller = new AbortController();
  const abort = (): void => controller.abort();
  const timer = setTimeout(abort, GIVE_UP_MS);
  interrupted.addEventListener('abort', abort, { once: true });
  if (interrupted.aborted) abort();
  return {
    signal: controller.signal,
    end() {
      clearTimeout(timer);
      interrupted.removeEventListener('abort', abort);
    },
  };
}

function outcomeOf({ total, loaded, rows, range }: BackfillProgress): string {
  const span = formatInterval({ start: range.from, end: range.to });
  if (total === 0) return `${span}: everything was loaded before; nothing was loaded again`;
  return `${span}: ${plural(loaded, 'interval')}, ${plural(rows, 'row')}`;
}

function stoppedWaiting(interrupted: AbortSignal, workflowId: string): TidemarkError {
  return interrupted.aborted
    ? new TidemarkError('CANCELLED', 'Interrupted. Start the demo again: it goes on where it was.')
    : new TidemarkError(
        'RUN_FAILED',
        `"${workflowId}" made no end within ${GIVE_UP_MS / 60_000} minutes; its page in the UI says why.`,
      );
}
