import type { AttemptOutcome, LoadResourceInput, PlannedComponent, ResourceOutcome } from '../contracts';
import { withLoadWatch } from '../destination';
import { TidemarkError } from '../errors';
import {
  type Failure,
  failureOf,
  type LoadInfo,
  type LoadRequest,
  type LoadResult,
  type ResourceReport,
} from '../pipeline';
import { outcomeOfNothing, outcomeWithoutLoad } from '../plan';
import type { Source } from '../source';
import { type RunAccess, resolveAccess, withDataset } from './engine';
import type { Entry } from './entry';
import { isLoadedByOthers } from './loaded-meanwhile';

/** The run on Temporal that attempts are made for. */
export interface WorkflowRun {
  readonly workflowId: string;
  readonly runId: string;
}

/** What became of one component in an attempt. */
export interface ComponentReport {
  readonly outcomes: readonly ResourceOutcome[];
  readonly failures: readonly Failure[];
  /** Absent where the load could not even begin. */
  readonly info?: LoadInfo | undefined;
}

/** What an attempt reports while it goes on. */
interface AttemptWatch extends Pick<LoadRequest, 'log' | 'onProgress' | 'onCheckpoint' | 'onWait'> {
  /** Called before each component, where nothing is torn apart if the attempt ends. */
  readonly beforeComponent?: (() => void) | undefined;
  readonly onComponent?: ((end: ComponentReport) => void) | undefined;
  /** What a commit took, with its wait for its turn. */
  readonly onCommit?: ((seconds: number) => void) | undefined;
}

interface AttemptOptions {
  readonly entry: Entry;
  readonly input: LoadResourceInput;
  /** Fences its attempts against each other. @default none: nobody else makes attempts of this run */
  readonly workflow?: WorkflowRun | undefined;
  readonly signal: AbortSignal;
  readonly access: RunAccess;
  readonly watch?: AttemptWatch | undefined;
}

/** The source that the task names, with what was bound for this run. */
function sourceOf(entry: Entry, { task, options }: LoadResourceInput): Source {
  const source = entry.sources().find(({ name }) => name === task.source);
  if (source === undefined)
    throw new TidemarkError(
      'SOURCE_INVALID',
      `The pipeline "${entry.name}" has no source "${task.source}" any more.`,
    );
  const own = Object.entries(options.bind ?? {}).filter(([resource]) =>
    source.allResourceNames.includes(resource),
  );
  return own.length === 0 ? source : source.bind(Object.fromEntries(own));
}

function outcomeOf(report: ResourceReport): ResourceOutcome {
  const { resource, status, rows, tables, bytes, schemaChanges, loadId, error } = report;
  return {
    resource,
    // what was committed under the load key before is this run's own load: an earlier attempt's answer was lost
    status: status === 'failed' ? 'failed' : 'loaded',
    rows,
    tables,
    bytes,
    schemaChanges,
    loadId: loadId ?? null,
    error: error && { code: error.code, message: error.message },
  };
}

/** Loads one component. What keeps it from even beginning (a secret, the destination) is the failure of each of its resources. */
async function loadComponentOf(
  component: PlannedComponent,
  load: () => Promise<LoadResult>,
  signal: AbortSignal,
): Promise<ComponentReport> {
  try {
    const { info } = await load();
    const { resources } = info;
    return {
      outcomes: resources.map(outcomeOf),
      failures: resources.flatMap(({ error }) => error ?? []),
      info,
    };
  } catch (error) {
    if (signal.aborted) throw error;
    const failure = failureOf(error);
    const { code, message } = failure;
    return {
      outcomes: component.resources.map((resource) =>
        outcomeWithoutLoad(resource, 'failed', { code, message }),
      ),
      failures: [failure],
    };
  }
}

/** {@link loadComponentOf}, unless others have loaded the interval: before the load begins, or before it could commit. */
async function loadUnlessLoaded(
  component: PlannedComponent,
  options: {
    readonly load: () => Promise<LoadResult>;
    readonly loadedByOthers: () => Promise<boolean>;
    readonly signal: AbortSignal;
    readonly log: LoadRequest['log'];
  },
): Promise<ComponentReport> {
  const { load, loadedByOthers, signal, log } = options;
  const nothing = (): ComponentReport => {
    log?.debug('others have loaded the interval meanwhile; nothing is left to do');
    return { outcomes: component.resources.map(outcomeOfNothing), failures: [] };
  };
  if (await loadedByOthers()) return nothing();
  const end = await loadComponentOf(component, load, signal);
  const overlaps = end.failures.length > 0 && end.failures.every(({ code }) => code === 'INTERVAL_OVERLAP');
  return overlaps && (await loadedByOthers()) ? nothing() : end;
}

/** How the attempt as a whole ended: it failed as its first failure says, and is worth a retry if any of them is. */
function outcomeOfAll(ends: readonly ComponentReport[]): AttemptOutcome {
  const outcomes = ends.flatMap((end) => end.outcomes);
  const failures = ends.flatMap((end) => end.failures);
  const [first] = failures;
  if (first === undefined) return { status: 'loaded', outcomes };
  const waits = failures.flatMap(({ retryAfterMs }) => retryAfterMs ?? []);
  return {
    status: 'failed',
    code: first.code,
    message: [...new Set(failures.map(({ message }) => message))].join('\n'),
    retryable: failures.some(({ retryable }) => retryable),
    retryAfterMs: waits.length > 0 ? Math.max(...waits) : undefined,
    outcomes,
  };
}

/**
 * Makes one attempt of a planned task: loads each of its components, with the entry's limits, the state that the task has,
 * and what was asked for in this run. A failure is a value.
 * @throws what an abort of the signal leads to, before the commit of a component; SOURCE_INVALID, and what binding throws
 */
export async function executeAttempt(options: AttemptOptions): Promise<AttemptOutcome> {
  const { entry, input, workflow, signal, access, watch = {} } = options;
  const { task, range, attempt, isolated } = input;
  const { fullRefresh, replace, force, unlessLoaded } = input.options;
  const { beforeComponent, onComponent, onCommit, log, onProgress, onCheckpoint, onWait } = watch;
  const { engine, watch: loadWatch } = resolveAccess(access);
  const source = sourceOf(entry, input);
  const pipeline = isolated ? entry.pipeline.isolated(task.name) : entry.pipeline;
  const ends: ComponentReport[] = [];
  for (const component of task.components) {
    beforeComponent?.();
    signal.throwIfAborted();
    const request: LoadRequest = {
      source,
      resources: component.resources,
      loadKey: component.loadKey,
      range,
      attempt: workflow === undefined ? { attempt } : { ...workflow, attempt },
      http: entry.http,
      fullRefresh,
      replaceSlice: replace,
      force,
      signal,
      log,
      onProgress,
      onCheckpoint,
      onWait,
    };
    const load = (): Promise<LoadResult> =>
      withLoadWatch({ ...loadWatch, signal, onCommit }, () => engine.load(pipeline, request));
    const loadedByOthers = (): Promise<boolean> =>
      withDataset(access, pipeline, (dataset) =>
        isLoadedByOthers({ dataset, entry, source: task.source, component, interval: range.interval }),
      );
    const end =
      unlessLoaded === true
        ? await loadUnlessLoaded(component, { load, loadedByOthers, signal, log })
        : await loadComponentOf(component, load, signal);
    onComponent?.(end);
    ends.push(end);
  }
  return outcomeOfAll(ends);
}
