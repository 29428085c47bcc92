import { CancelledFailure, Context } from '@temporalio/activity';
import type {
  LoadHeartbeat,
  LoadResourceInput,
  LoadResourceResult,
  PlannedPart,
  ResourceOutcome,
} from '../src/contracts';
import { withLoadWatch } from '../src/destination';
import type { LoadRequest, LoadResult, ResourceReport } from '../src/pipeline';
import { entryOf } from '../src/temporal';
import { type Deployment, ENGINE, LOCK_WAIT_MS } from './deployment';
import { applicationFailure, type FailureFacts, factsOf } from './failures';
import { activityLog, lifeOfLoad } from './load-log';
import { loadMetrics } from './load-metrics';
import { requestFor, sourceOf } from './load-request';
import { stopAtPage } from './stop-at-page';

/** Often enough for a person to watch; the SDK sends fewer on where they come too fast. */
const HEARTBEAT_EVERY_MS = 1_000;

function outcomeOf({
  resource,
  status,
  rows,
  tables,
  bytes,
  schemaChanges,
  loadId,
  error,
}: ResourceReport): ResourceOutcome {
  return {
    resource,
    // what was committed under the load key before is this run's own load: an earlier attempt's answer was lost
    status: status === 'failed' ? 'failed' : 'loaded',
    ...{ rows, tables, bytes, schemaChanges, loadId: loadId ?? null },
    ...(error !== undefined && { error: { code: error.code, message: error.message } }),
  };
}

/** What an aborted load ends with: a worker that stops is no cancel. */
function interrupted(stopped: boolean): Error {
  return stopped || Context.current().cancellationDetails?.workerShutdown === true
    ? applicationFailure({ code: 'WORKER_STOPPED', message: 'its worker was stopped', retryable: true })
    : new CancelledFailure('The load was cancelled before its commit; nothing of it was written.');
}

interface PartEnd {
  readonly outcomes: readonly ResourceOutcome[];
  readonly failures: readonly FailureFacts[];
  readonly reports: readonly ResourceReport[];
}

/** Loads one part. What keeps it from even beginning (a secret, the destination) is the failure of each of its resources. */
async function loadPart(
  load: () => Promise<LoadResult>,
  part: PlannedPart,
  signal: AbortSignal,
): Promise<PartEnd> {
  try {
    const { resources: reports } = (await load()).info;
    return {
      outcomes: reports.map(outcomeOf),
      failures: reports.flatMap(({ error }) => error ?? []),
      reports,
    };
  } catch (error) {
    if (signal.aborted) throw error;
    const facts = factsOf(error);
    const { code, message } = facts;
    const outcomes = part.resources.map(
      (resource): ResourceOutcome => ({
        ...{ resource, status: 'failed', rows: 0, tables: {}, bytes: 0, schemaChanges: [], loadId: null },
        error: { code, message },
      }),
    );
    return { outcomes, failures: [facts], reports: [] };
  }
}

/** The failure of a component: as its first one, and worth a retry if any of them is. */
function failureOfAll({ outcomes, failures }: Pick<PartEnd, 'outcomes' | 'failures'>): Error {
  const waits = failures.flatMap(({ retryAfterMs }) => retryAfterMs ?? []);
  return applicationFailure({
    code: failures[0]?.code ?? 'UNKNOWN',
    message: [...new Set(failures.map(({ message }) => message))].join('\n'),
    retryable: failures.some(({ retryable }) => retryable),
    ...(waits.length > 0 && { retryAfterMs: Math.max(...waits) }),
    outcomes,
  });
}

/** `tidemarkLoadResource`. */
export function loadResourceActivity(
  deployment: Deployment,
): (input: LoadResourceInput) => Promise<LoadResourceResult> {
  const { config, engine = ENGINE, lockWaitMs = LOCK_WAIT_MS } = deployment;
  return async (input) => {
    const context = Context.current();
    const stop = stopAtPage(context.cancellationSignal, deployment.stopping);
    const { signal } = stop;
    const log = activityLog(input);
    const life = lifeOfLoad(log, deployment.logLoads ?? false);
    const metrics = loadMetrics(context.metricMeter, input);
    const progress: Record<string, { rows: number; pages: number; bytes: number }> = {};
    const onProgress: LoadRequest['onProgress'] = ({ resource, rows, pages, bytes }) => {
      progress[resource] = { rows, pages, bytes };
      stop.atPage();
    };
    let checkpoint: string | undefined;
    const onCheckpoint = (id: string): void => {
      checkpoint = id;
    };
    const beat = (): void =>
      context.heartbeat({
        version: 1,
        component: input.component,
        resources: progress,
        ...(checkpoint !== undefined && { checkpoint }),
      } satisfies LoadHeartbeat);
    beat();
    const timer = setInterval(beat, HEARTBEAT_EVERY_MS);
    const ends: PartEnd[] = [];
    life.started();
    try {
      const entry = entryOf(config, input.pipeline);
      const source = sourceOf(entry, input);
      const pipeline = input.isolated === true ? entry.pipeline.isolated(input.component) : entry.pipeline;
      const watch = { signal, log, onProgress, onCheckpoint, onWait: stop.atPage };
      for (const part of input.parts) {
        stop.atPage();
        signal.throwIfAborted();
        const request = requestFor({ input, entry, source, part, watch });
        const load = (): Promise<LoadResult> =>
          withLoadWatch({ lockWaitMs, lingers: true, signal, onCommit: metrics.committed }, () =>
            engine.load(pipeline, request),
          );
        const end = await loadPart(load, part, signal);
        metrics.ended(end.outcomes, end.reports);
        ends.push(end);
      }
    } catch (error) {
      const status = stop.stopped() ? 'stopped' : signal.aborted ? 'cancelled' : 'failed';
      metrics.aborted(status);
      life.aborted(status, error);
      throw signal.aborted ? interrupted(stop.stopped()) : error;
    } finally {
      clearInterval(timer);
      stop.dispose();
    }
    const outcomes = ends.flatMap((end) => end.outcomes);
    const failures = ends.flatMap((end) => end.failures);
    life.ended(outcomes);
    if (failures.length > 0) throw failureOfAll({ outcomes, failures });
    return { version: 1, outcomes };
  };
}
