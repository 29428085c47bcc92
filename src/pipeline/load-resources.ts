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
 * @throws RESOURCE_UNKNOWN, SECRET_MISSING, CONFIG_MISSING, CONFIG_INVALID
 */
export function planLoad(request: LoadRequest): LoadPlan {
  const source = request.source.prepare(request.http && { http: request.http });
  const parts = components(source, request.resources);
  if (request.loadKey !== undefined && parts.length > 1)
    throw new TidemarkError(
      'USAGE',
      `A load key is one component's, and ${parts.length} were asked for: ${parts.map((part) => part.name).join(', ')}. Run them one by one.`,
    );
  return { request, source, components: parts, now: request.now ?? Timestamp.fromMillis(Date.now()) };
}

/**
 * Loads resources of a source: one commit a component, one component after the other. A component that fails hides
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

async function loadParts(
  pipeline: Pipeline,
  { request, source, components: parts, now }: LoadPlan,
  { dataset, signal }: { readonly dataset: Dataset; readonly signal: AbortSignal },
): Promise<{ reports: ResourceReport[]; causes: unknown[] }> {
  const reports: ResourceReport[] = [];
  const causes: unknown[] = [];
  for (const component of parts) {
    if (signal.aborted) throw cancelled(signal.reason, component, reports);
    const begun = performance.now();
    const place = { dataset, pipeline: pipeline.name, workDir: pipeline.workDir };
    const loadKey = request.loadKey ?? randomUUID();
    const load = { ...place, request, source, component, loadKey, now, signal };
    try {
      reports.push(...(await loadComponent(load)));
    } catch (error) {
      const seconds = (performance.now() - begun) / 1000;
      await recordEnd(load, signal.aborted ? 'cancelled' : 'failed', error);
      if (signal.aborted) throw cancelled(error, component, reports);
      causes.push(error);
      reports.push(...component.resources.map((name) => failedReport(name, error, seconds)));
    }
  }
  return { reports, causes };
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
