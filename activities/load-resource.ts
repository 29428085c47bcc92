import { CancelledFailure, Context } from '@temporalio/activity';
import type {
  LoadHeartbeat,
  LoadResourceInput,
  LoadResourceResult,
  PlannedPart,
  ResourceOutcome,
} from '../src/contracts';
import { TidemarkError } from '../src/errors';
import type { LoadRequest, LoadResult, ResourceReport } from '../src/pipeline';
import type { Source } from '../src/source';
import { entryOf } from '../src/temporal';
import { Timestamp } from '../src/value';
import { type Deployment, ENGINE, type WorkerEntry } from './deployment';
import { applicationFailure, type FailureFacts, factsOf } from './failures';

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

/** The source that the input names, with what was bound for this run. */
function sourceOf(entry: WorkerEntry, { source: name, parts, bind = {} }: LoadResourceInput): Source {
  const source = entry.sources().find((one) => one.name === name);
  if (source === undefined)
    throw new TidemarkError(
      'SOURCE_INVALID',
      `The pipeline "${entry.name}" has no source "${name}" any more.`,
    );
  const wanted = new Set(parts.flatMap(({ resources }) => resources));
  const bindings = Object.entries(bind).filter(([resource]) => wanted.has(resource));
  return bindings.length === 0 ? source : source.bind(Object.fromEntries(bindings));
}

function requestFor(options: {
  readonly input: LoadResourceInput;
  readonly entry: WorkerEntry;
  readonly source: Source;
  readonly part: PlannedPart;
  readonly onProgress: NonNullable<LoadRequest['onProgress']>;
}): LoadRequest {
  const { input, entry, source, part, onProgress } = options;
  const { cancellationSignal, info } = Context.current();
  const { workflowId = '', runId = '' } = info.workflowExecution ?? {};
  return {
    source,
    resources: part.resources,
    loadKey: part.loadKey,
    mode: input.mode,
    now: Timestamp.fromMillis(Date.parse(input.now)),
    attempt: { workflowId, runId, attempt: input.attempt },
    signal: cancellationSignal,
    http: entry.http,
    onProgress,
    ...(input.interval !== null && { interval: input.interval }),
    ...(input.firstStart !== undefined && { firstStart: input.firstStart }),
    ...(input.lookbackStart !== undefined && { lookbackStart: input.lookbackStart }),
    ...(input.fullRefresh !== undefined && { fullRefresh: input.fullRefresh }),
    ...(input.replace !== undefined && { replaceSlice: input.replace }),
    ...(input.force !== undefined && { force: input.force }),
  };
}

/** What an aborted load ends with: a worker that stops is no cancel. */
function interrupted(): Error {
  return Context.current().cancellationDetails?.workerShutdown === true
    ? applicationFailure({ code: 'WORKER_STOPPED', message: 'its worker was stopped', retryable: true })
    : new CancelledFailure('The load was cancelled before its commit; nothing of it was written.');
}

interface PartEnd {
  readonly outcomes: readonly ResourceOutcome[];
  readonly failures: readonly FailureFacts[];
}

/** Loads one part. What keeps it from even beginning (a secret, the destination) is the failure of each of its resources. */
async function loadPart(load: () => Promise<LoadResult>, part: PlannedPart): Promise<PartEnd> {
  try {
    const { resources } = (await load()).info;
    return { outcomes: resources.map(outcomeOf), failures: resources.flatMap(({ error }) => error ?? []) };
  } catch (error) {
    if (Context.current().cancellationSignal.aborted) throw error;
    const facts = factsOf(error);
    const { code, message } = facts;
    const outcomes = part.resources.map(
      (resource): ResourceOutcome => ({
        ...{ resource, status: 'failed', rows: 0, tables: {}, bytes: 0, schemaChanges: [], loadId: null },
        error: { code, message },
      }),
    );
    return { outcomes, failures: [facts] };
  }
}

/** The failure of a component: as its first one, and worth a retry if any of them is. */
function failureOfAll({ outcomes, failures }: PartEnd): Error {
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
  const { config, engine = ENGINE } = deployment;
  return async (input) => {
    const context = Context.current();
    const progress: Record<string, { rows: number; pages: number; bytes: number }> = {};
    const onProgress: LoadRequest['onProgress'] = ({ resource, rows, pages, bytes }) => {
      progress[resource] = { rows, pages, bytes };
    };
    const beat = (): void =>
      context.heartbeat({
        version: 1,
        component: input.component,
        resources: progress,
      } satisfies LoadHeartbeat);
    beat();
    const timer = setInterval(beat, HEARTBEAT_EVERY_MS);
    const ends: PartEnd[] = [];
    try {
      const entry = entryOf(config, input.pipeline);
      const source = sourceOf(entry, input);
      for (const part of input.parts) {
        const request = requestFor({ input, entry, source, part, onProgress });
        ends.push(await loadPart(() => engine.load(entry.pipeline, request), part));
      }
    } catch (error) {
      throw context.cancellationSignal.aborted ? interrupted() : error;
    } finally {
      clearInterval(timer);
    }
    const outcomes = ends.flatMap((end) => end.outcomes);
    const failures = ends.flatMap((end) => end.failures);
    if (failures.length > 0) throw failureOfAll({ outcomes, failures });
    return { version: 1, outcomes };
  };
}
