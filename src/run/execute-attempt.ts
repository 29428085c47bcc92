import type {
  AttemptOutcome,
  LoadResourceInput,
  PlannedComponent,
  PlannedTask,
  ResourceOutcome,
} from '../contracts';
import { withLoadWatch } from '../destination';
import { TidemarkError } from '../errors';
import {
  doneAgain,
  type Failure,
  failureOf,
  type LoadInfo,
  type LoadRequest,
  type LoadResult,
  type ResourceReport,
} from '../pipeline';
import { outcomeOfNothing, outcomeWithoutLoad, resourcesOf } from '../plan';
import type { ResourceDefinition, Source } from '../source';
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
  /** What the first failure was thrown as. */
  readonly cause?: unknown;
}

/** What an attempt reports while it goes on. */
interface AttemptWatch
  extends Pick<
    LoadRequest,
    'log' | 'onProgress' | 'onCheckpoint' | 'onCheckpointStore' | 'onWait' | 'rateBudgets'
  > {
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

/** How an attempt ended of which the process knows the end. */
export type EndedAttempt = Exclude<AttemptOutcome, { readonly status: 'lost' }>;

/** Names of the resources that a task extracts: those that it loads, and the parents that only feed them. */
function extractedBy(source: Source, task: PlannedTask): ReadonlySet<string> {
  const names = new Set<string>();
  for (const loaded of resourcesOf(task)) {
    if (!source.allResourceNames.includes(loaded)) continue;
    let definition: ResourceDefinition | undefined = source.resource(loaded).definition;
    for (; definition !== undefined; definition = definition.parent) names.add(definition.name);
  }
  return names;
}

/** The source that the task names, with what was bound for this run to the resources that it extracts. */
function sourceOf(entry: Entry, { task, options }: LoadResourceInput): Source {
  const source = entry.sources().find(({ name }) => name === task.source);
  if (source === undefined)
    throw new TidemarkError(
      'SOURCE_INVALID',
      `The pipeline "${entry.name}" has no source "${task.source}" any more.`,
    );
  const bound = Object.entries(options.bind ?? {});
  if (bound.length === 0) return source;
  const extracted = extractedBy(source, task);
  return source.bind(Object.fromEntries(bound.filter(([resource]) => extracted.has(resource))));
}

/** An outcome is a payload of at most 2 MiB in the history: so many changes are listed, and how many more there were. */
const MOST_CHANGES = 200;

function listedChanges(changes: readonly string[]): readonly string[] {
  const rest = changes.length - MOST_CHANGES;
  return rest > 1 ? [...changes.slice(0, MOST_CHANGES), `and ${rest} more`] : changes;
}

function outcomeOf(report: ResourceReport): ResourceOutcome {
  const { resource, status, rows, tables, bytes, schemaChanges, fates, cost, timings, loadId, error } =
    report;
  return {
    resource,
    // what was committed under the load key before is this run's own load: an earlier attempt's answer was lost
    status: status === 'failed' ? 'failed' : 'loaded',
    rows,
    tables,
    bytes,
    schemaChanges: listedChanges(schemaChanges),
    fates,
    cost,
    timings,
    loadId: loadId ?? null,
    error: error && { code: error.code, message: error.message },
  };
}

/**
 * Loads one component. What keeps it from even beginning (a secret, the destination) is the failure of each of its resources.
 * Aborted before its commit, it has no report.
 */
async function loadComponentOf(
  component: PlannedComponent,
  load: () => Promise<LoadResult>,
  signal: AbortSignal,
): Promise<ComponentReport | undefined> {
  try {
    const { info, causes } = await load();
    const { resources } = info;
    return {
      outcomes: resources.map(outcomeOf),
      failures: resources.flatMap(({ error }) => error ?? []),
      info,
      cause: causes[0],
    };
  } catch (error) {
    if (signal.aborted) return undefined;
    const failure = failureOf(error);
    return { outcomes: notBegun(component, failure), failures: [failure], cause: error };
  }
}

const notBegun = ({ resources }: PlannedComponent, { code, message }: Failure): ResourceOutcome[] =>
  resources.map((resource) => outcomeWithoutLoad(resource, 'failed', { code, message }));
/** {@link loadComponentOf}, unless others have loaded the interval: before the load begins, or before it could commit. */
async function loadUnlessLoaded(
  component: PlannedComponent,
  options: {
    readonly load: () => Promise<LoadResult>;
    readonly loadedByOthers: () => Promise<boolean>;
    readonly signal: AbortSignal;
    readonly log: LoadRequest['log'];
  },
): Promise<ComponentReport | undefined> {
  const { load, loadedByOthers, signal, log } = options;
  const nothing = (): ComponentReport => {
    log?.debug('others have loaded the interval meanwhile; nothing is left to do');
    return { outcomes: component.resources.map(outcomeOfNothing), failures: [] };
  };
  if (await loadedByOthers()) return nothing();
  const end = await loadComponentOf(component, load, signal);
  if (end === undefined) return undefined;
  const overlaps = end.failures.length > 0 && end.failures.every(({ code }) => code === 'INTERVAL_OVERLAP');
  return overlaps && (await loadedByOthers()) ? nothing() : end;
}

/** How the attempt as a whole ended: it failed as its first failure says, and is worth a retry if any of them is. */
function outcomeOfAll(ends: readonly ComponentReport[]): EndedAttempt {
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

const aborted = (ends: readonly ComponentReport[]): EndedAttempt => ({
  status: 'cancelled',
  outcomes: ends.flatMap(({ outcomes }) => outcomes),
});

/**
 * Makes one attempt of a planned task: loads each of its components, with the entry's limits, the state that the task has,
 * and what was asked for in this run. A failure is a value; an abort of the signal, before the commit of a component, too:
 * what was committed until then is handed back.
 * @throws SOURCE_INVALID, and what binding throws
 */
export async function executeAttempt(options: AttemptOptions): Promise<EndedAttempt> {
  const { entry, input, workflow, signal, access, watch = {} } = options;
  const { task, range, attempt, isolated } = input;
  const { fullRefresh, replace, force, unlessLoaded } = input.options;
  const { beforeComponent, onComponent, onCommit, ...watching } = watch;
  const { engine, watch: loadWatch } = resolveAccess(access);
  const source = sourceOf(entry, input);
  const pipeline = isolated ? entry.pipeline.isolated(task.name) : entry.pipeline;
  const onRerun = (error: unknown): void => watch.log?.warn(doneAgain(error));
  const ends: ComponentReport[] = [];
  let held: Failure | undefined;
  for (const component of task.components) {
    if (held !== undefined) {
      ends.push({ outcomes: notBegun(component, held), failures: [] });
      continue;
    }
    beforeComponent?.();
    if (signal.aborted) return aborted(ends);
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
      ...watching,
    };
    const load = (): Promise<LoadResult> =>
      withLoadWatch({ ...loadWatch, signal, onCommit, onRerun }, () => engine.load(pipeline, request));
    const loadedByOthers = (): Promise<boolean> =>
      withDataset(access, pipeline, (dataset) =>
        isLoadedByOthers({ dataset, entry, source: task.source, component, interval: range.interval }),
      );
    const end =
      unlessLoaded === true
        ? await loadUnlessLoaded(component, { load, loadedByOthers, signal, log: watch.log })
        : await loadComponentOf(component, load, signal);
    if (end === undefined) return aborted(ends);
    onComponent?.(end);
    ends.push(end);
    // the others would each wait as long for the program that holds it
    held = end.failures.find(({ code }) => code === 'DESTINATION_LOCKED');
  }
  return outcomeOfAll(ends);
}
