import { randomUUID } from 'node:crypto';
import type { Dataset } from '../destination';
import { TidemarkError } from '../errors';
import { runInOrder, type TaskStatus } from '../plan';
import { type Component, components, type PreparedSource } from '../source';
import { Timestamp } from '../value';
import type { LoadTarget } from './component-load';
import { loadComponent } from './load-component';
import { makeLoadInfo } from './load-info';
import type { LoadRequest, ResolvedRequest } from './load-request';
import { loadLog } from './log';
import { recordEnd } from './record-end';
import { failedReport } from './report';
import type { LoadInfo, ResourceReport } from './types';

/** The outcome of a load, and what its failures were caused by. */
export interface LoadResult {
  readonly info: LoadInfo;
  readonly causes: readonly unknown[];
}

/** A load whose config and secrets are there. */
interface PreparedLoad {
  readonly request: ResolvedRequest;
  readonly source: PreparedSource;
  readonly components: readonly Component[];
  /** @default that of the pipeline at the now of its range */
  readonly dataset?: string | undefined;
}

/**
 * Looks config and secrets up and says what is extracted together; nothing is opened.
 * @throws USAGE, RESOURCE_UNKNOWN, SECRET_MISSING, CONFIG_MISSING, CONFIG_INVALID
 */
export function prepareLoad(pipeline: string, request: LoadRequest): PreparedLoad {
  const source = request.source.prepare(request.http && { http: request.http });
  const all = components(source, request.resources);
  const { parallel = 1, range = {} } = request;
  if (!Number.isInteger(parallel) || parallel < 1)
    throw new TidemarkError(
      'USAGE',
      `"${parallel}" is not a valid number of resources at a time; write 1 or more.`,
    );
  if (request.loadKey !== undefined && all.length > 1)
    throw new TidemarkError(
      'USAGE',
      `A load key is one component's, and ${all.length} were asked for: ${all.map(({ name }) => name).join(', ')}. Run them one by one.`,
    );
  const resolved: ResolvedRequest = {
    ...request,
    range: {
      mode: range.mode ?? 'interval',
      interval: range.interval ?? null,
      now: range.now ?? Timestamp.fromMillis(Date.now()).toString(),
      start: range.start,
    },
    signal: request.signal ?? new AbortController().signal,
    log: request.log ?? loadLog(pipeline),
  };
  return { request: resolved, source, components: all };
}

/**
 * Loads resources of a source: one commit a component, `parallel` components at a time. A component that fails hides
 * nothing: the others are loaded, and the report of each of its resources says why.
 * @throws RESOURCE_UNKNOWN, CANCELLED, and what opening the destination throws; nothing is written then
 */
export async function loadResources(target: LoadTarget, request: LoadRequest): Promise<LoadResult> {
  return loadPrepared(target, prepareLoad(target.name, request));
}

/** {@link loadResources} of what was prepared. */
export async function loadPrepared(target: LoadTarget, load: PreparedLoad): Promise<LoadResult> {
  const startedAt = new Date().toISOString();
  const { range, signal } = load.request;
  const dataset = await target.openDataset(signal, load.dataset ?? target.datasetNameAt(range.now));
  try {
    const { reports, causes } = await loadComponents(target, load, dataset);
    const info = makeLoadInfo({
      pipeline: target.name,
      dataset: dataset.name,
      destination: target.destination.kind,
      location: dataset.location,
      interval: range.interval ?? undefined,
      resources: reports,
      startedAt,
      finishedAt: new Date().toISOString(),
    });
    return { info, causes };
  } finally {
    await dataset.close();
  }
}

/** What became of one component. */
type ComponentOutcome =
  | { readonly status: 'loaded'; readonly reports: readonly ResourceReport[] }
  | { readonly status: 'failed'; readonly reports: readonly ResourceReport[]; readonly cause: unknown }
  /** Cancelled, or not begun for that. */
  | { readonly status: 'cancelled'; readonly component: Component; readonly cause: unknown };

/** Loads components, so many at a time; each is a load of its own, whatever becomes of the others. */
async function loadComponents(
  target: LoadTarget,
  { components: all, request, source }: PreparedLoad,
  dataset: Dataset,
): Promise<{ reports: ResourceReport[]; causes: unknown[] }> {
  const { signal, parallel = 1 } = request;
  const load = async (component: Component): Promise<ComponentOutcome> => {
    if (signal.aborted) return { status: 'cancelled', component, cause: signal.reason };
    const begun = performance.now();
    const loading = {
      request,
      source,
      component,
      dataset,
      pipeline: target.name,
      workDir: target.workDir,
      checkpoints: target.checkpoints,
      loadKey: request.loadKey ?? randomUUID(),
    };
    try {
      return { status: 'loaded', reports: await loadComponent(loading) };
    } catch (cause) {
      const seconds = (performance.now() - begun) / 1000;
      const status = signal.aborted ? 'cancelled' : 'failed';
      await recordEnd(loading, status, cause);
      if (status === 'cancelled') return { status, component, cause };
      return {
        status,
        reports: component.resources.map((name) => failedReport(name, cause, seconds)),
        cause,
      };
    }
  };
  const ends = await runInOrder(all, {
    decompose: { kind: parallel === 1 ? 'serialize' : 'parallel', limit: parallel },
    triggerRule: 'all_done',
    run: load,
    statusOf: ({ status }): TaskStatus => status,
    cancelled: () => signal.aborted,
  });
  const reports = ends.flatMap((end) => (end.status === 'cancelled' ? [] : end.reports));
  for (const end of ends)
    if (end.status === 'cancelled') throw cancelledError(end.cause, end.component, reports);
  return { reports, causes: ends.flatMap((end) => (end.status === 'failed' ? [end.cause] : [])) };
}

function cancelledError(
  cause: unknown,
  component: Component,
  reports: readonly ResourceReport[],
): TidemarkError {
  const loaded = reports.filter(({ status }) => status !== 'failed').map(({ resource }) => resource);
  const kept = loaded.length === 0 ? '' : ` Loaded before: ${loaded.join(', ')}.`;
  return new TidemarkError(
    'CANCELLED',
    `The run was cancelled before the commit of "${component.name}"; nothing of it was written.${kept}`,
    { cause, details: { resource: component.name, loaded } },
  );
}
