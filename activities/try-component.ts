import type { LoadResourceInput, PlannedPart, ResourceOutcome } from '../src/contracts';
import { withLoadWatch } from '../src/destination';
import type { LoadResult, ResourceReport } from '../src/pipeline';
import { entryOf } from '../src/plan';
import { type Deployment, ENGINE, LOCK_WAIT_MS } from './deployment';
import { type FailureFacts, factsOf } from './failures';
import type { LoadActivity } from './load-activity';
import { activityLog, lifeOfLoad } from './load-log';
import { loadMetrics } from './load-metrics';
import { requestFor, sourceOf } from './load-request';

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
function failureOfAll({ outcomes, failures }: Pick<PartEnd, 'outcomes' | 'failures'>): FailureFacts {
  const waits = failures.flatMap(({ retryAfterMs }) => retryAfterMs ?? []);
  return {
    code: failures[0]?.code ?? 'UNKNOWN',
    message: [...new Set(failures.map(({ message }) => message))].join('\n'),
    retryable: failures.some(({ retryable }) => retryable),
    ...(waits.length > 0 && { retryAfterMs: Math.max(...waits) }),
    outcomes,
  };
}

/** How a try of a component ended. */
export type ComponentTry =
  | { readonly outcomes: readonly ResourceOutcome[] }
  | { readonly failure: FailureFacts };

/**
 * Loads one component once, with its log lines and metrics.
 * @throws what ended the activity before the commit: see {@link LoadActivity}
 */
export async function tryComponent(
  deployment: Deployment,
  input: LoadResourceInput,
  activity: LoadActivity,
): Promise<ComponentTry> {
  const { config, engine = ENGINE, lockWaitMs = LOCK_WAIT_MS } = deployment;
  const { signal } = activity;
  const log = activityLog(input);
  const life = lifeOfLoad(log, deployment.logLoads ?? false);
  const metrics = loadMetrics(activity.meter, input);
  const ends: PartEnd[] = [];
  life.started();
  try {
    const entry = entryOf(config, input.pipeline);
    const source = sourceOf(entry, input);
    const pipeline = input.isolated === true ? entry.pipeline.isolated(input.component) : entry.pipeline;
    const watch = { signal, log, ...activity.watching(input.component) };
    for (const part of input.parts) {
      activity.atPage();
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
    const status = activity.stopped() ? 'stopped' : signal.aborted ? 'cancelled' : 'failed';
    metrics.aborted(status);
    life.aborted(status, error);
    throw error;
  }
  const outcomes = ends.flatMap((end) => end.outcomes);
  const failures = ends.flatMap((end) => end.failures);
  life.ended(outcomes);
  return failures.length > 0 ? { failure: failureOfAll({ outcomes, failures }) } : { outcomes };
}
