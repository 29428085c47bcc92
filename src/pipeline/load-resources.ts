import { randomUUID } from 'node:crypto';
import type { Dataset } from '../destination';
import { TidemarkError } from '../errors';
import { type Component, components, type PreparedSource } from '../source';
import { Timestamp } from '../value';
import { loadComponent } from './load-component';
import { makeLoadInfo } from './load-info';
import type { LoadRequest } from './load-request';
import type { Pipeline } from './pipeline';
import { recordEnd } from './record-end';
import { failedReport } from './report';
import type { LoadInfo, ResourceReport } from './types';

/** The outcome of a run, and what its failures were caused by. */
export interface LoadResult {
  readonly info: LoadInfo;
  readonly causes: readonly unknown[];
}

/** A run whose config and secrets are there. */
export interface LoadPlan {
  readonly request: LoadRequest;
  readonly source: PreparedSource;
  readonly components: readonly Component[];
  readonly now: Timestamp;
  /** @default that of the pipeline at `now` */
  readonly dataset?: string;
}

/**
 * Looks config and secrets up and tells what is extracted together; nothing is opened.
 * @throws USAGE, RESOURCE_UNKNOWN, SECRET_MISSING, CONFIG_MISSING, CONFIG_INVALID
 */
export function planLoad(request: LoadRequest): LoadPlan {
  const source = request.source.prepare(request.http && { http: request.http });
  const parts = components(source, request.resources);
  const { parallel = 1 } = request;
  if (!Number.isInteger(parallel) || parallel < 1)
    throw new TidemarkError('USAGE', `"${parallel}" is no number of resources at a time; write 1 or more.`);
  if (request.loadKey !== undefined && parts.length > 1)
    throw new TidemarkError(
      'USAGE',
      `A load key is one component's, and ${parts.length} were asked for: ${parts.map((part) => part.name).join(', ')}. Run them one by one.`,
    );
  return { request, source, components: parts, now: request.now ?? Timestamp.fromMillis(Date.now()) };
}

/**
 * Loads resources of a source: one commit a component, `parallel` components at a time. A component that fails hides
 * nothing: the others are loaded, and the report of each of its resources says why.
 * @throws RESOURCE_UNKNOWN, CANCELLED, and what opening the destination throws; nothing is written then
 */
export async function loadResources(pipeline: Pipeline, request: LoadRequest): Promise<LoadResult> {
  return loadPlanned(pipeline, planLoad(request));
}

/** {@link loadResources} of what was planned. */
export async function loadPlanned(pipeline: Pipeline, plan: LoadPlan): Promise<LoadResult> {
  const startedAt = new Date().toISOString();
  const { request, now } = plan;
  const signal = request.signal ?? new AbortController().signal;
  const dataset = await pipeline.openDataset(signal, plan.dataset ?? pipeline.datasetNameAt(now));
  try {
    const { reports, causes } = await loadParts(pipeline, plan, { dataset, signal });
    const info = makeLoadInfo({
      pipeline: pipeline.name,
      dataset: dataset.name,
      destination: pipeline.destination.kind,
      location: dataset.location,
      interval: request.interval,
      resources: reports,
      startedAt,
      finishedAt: new Date().toISOString(),
    });
    return { info, causes };
  } finally {
    await dataset.close();
  }
}

/** What became of one component; undefined if it was cancelled, or not begun for that. */
interface PartEnd {
  readonly reports: readonly ResourceReport[] | undefined;
  readonly cause?: unknown;
}

/** Loads components, so many at a time; each is a load of its own, whatever becomes of the others. */
async function loadParts(
  pipeline: Pipeline,
  plan: LoadPlan,
  at: { readonly dataset: Dataset; readonly signal: AbortSignal },
): Promise<{ reports: ResourceReport[]; causes: unknown[] }> {
  const { components: parts, request } = plan;
  const { signal } = at;
  const ends = new Map<Component, PartEnd>();
  const waiting = parts.values();
  const lane = async (): Promise<void> => {
    for (const component of waiting) {
      if (signal.aborted) return;
      ends.set(component, await loadPart(pipeline, plan, { ...at, component }));
    }
  };
  await Promise.all(Array.from({ length: Math.min(request.parallel ?? 1, parts.length) }, lane));
  const reports = parts.flatMap((component) => ends.get(component)?.reports ?? []);
  const missed = parts.find((component) => ends.get(component)?.reports === undefined);
  if (missed !== undefined) throw cancelled(ends.get(missed)?.cause ?? signal.reason, missed, reports);
  return { reports, causes: parts.flatMap((component) => ends.get(component)?.cause ?? []) };
}

async function loadPart(
  pipeline: Pipeline,
  { request, source, now }: LoadPlan,
  {
    dataset,
    signal,
    component,
  }: { readonly dataset: Dataset; readonly signal: AbortSignal; readonly component: Component },
): Promise<PartEnd> {
  const begun = performance.now();
  const place = { dataset, pipeline: pipeline.name, workDir: pipeline.workDir };
  const loadKey = request.loadKey ?? randomUUID();
  const load = { ...place, request, source, component, loadKey, now, signal };
  try {
    return { reports: await loadComponent(load) };
  } catch (cause) {
    const seconds = (performance.now() - begun) / 1000;
    await recordEnd(load, signal.aborted ? 'cancelled' : 'failed', cause);
    if (signal.aborted) return { reports: undefined, cause };
    return { reports: component.resources.map((name) => failedReport(name, cause, seconds)), cause };
  }
}

function cancelled(cause: unknown, component: Component, reports: readonly ResourceReport[]): TidemarkError {
  const loaded = reports.filter(({ status }) => status !== 'failed').map(({ resource }) => resource);
  const kept = loaded.length === 0 ? '' : ` Loaded before: ${loaded.join(', ')}.`;
  return new TidemarkError(
    'CANCELLED',
    `The run was cancelled before the commit of "${component.name}"; nothing of it was written.${kept}`,
    { cause, details: { resource: component.name, loaded } },
  );
}
