import { z } from 'zod';
import { defineSource, incremental, resource } from '../../src';
import { type PipelineConfig, resolveConfig, type TemporalConfig } from '../../src/config';
import type { Dataset, Destination } from '../../src/destination';
import { coverageOf, type LedgerRow } from '../../src/ledger';
import { type LoadRequest, type LoadResult, Pipeline, type ResourceReport } from '../../src/pipeline';
import type { Engine, EntryConfig } from '../../src/run';
import type { Source } from '../../src/source';

const nowhere: Destination = {
  kind: 'nowhere',
  destinationType: 'none',
  describe: () => 'nowhere',
  open: () => Promise.reject(new Error('the fake engine opens nothing')),
};

/** A pipeline that stores nothing: the engine in its place keeps a ledger. */
export function fakePipeline(name: string): Pipeline {
  return new Pipeline({ name, destination: nowhere });
}

/** A source whose resources are never extracted: `joined` ones follow the scheduler, `plain` ones do not. */
export function fakeSource(name: string, joined: readonly string[], plain: readonly string[] = []): Source {
  return defineSource({
    name,
    config: z.object({}),
    resources: () => [
      ...joined.map((one) =>
        resource({
          name: one,
          params: { x: 0, token: '' },
          incremental: {
            at: incremental({
              cursor: 'at',
              type: 'iso',
              initialValue: '2000-01-01',
              allowExternalSchedulers: true,
            }),
          },
          extract: () => [],
        }),
      ),
      ...plain.map((one) => resource({ name: one, extract: () => [] })),
    ],
  })();
}

/** A config of fake entries, resolved. */
export function fakeConfig(
  entries: readonly PipelineConfig<Pipeline, Source>[],
  temporal: TemporalConfig = {},
): EntryConfig {
  return resolveConfig({ temporal, pipelines: entries });
}

export function report(name: string, rows: number): ResourceReport {
  return {
    resource: name,
    status: 'loaded',
    rows,
    tables: { [name]: rows },
    extracted: {},
    counts: {},
    bytes: 10 * rows,
    pages: 1,
    seconds: 0,
    schemaChanges: [],
    discarded: {},
    loadId: '1.0',
    cursors: [],
    warnings: [],
  };
}

/** An engine that loads nothing and keeps a ledger in memory. */
export interface FakeEngine extends Engine {
  readonly requests: LoadRequest[];
  readonly ledger: LedgerRow[];
}

/** @param load what each load does beside being noted; its answer is the rows of each resource. @default one row each */
export function fakeEngine(load: (request: LoadRequest) => Promise<number> | number = () => 1): FakeEngine {
  const requests: LoadRequest[] = [];
  const ledger: LedgerRow[] = [];
  const note = (request: LoadRequest, name: string): LedgerRow => ({
    pipeline: 'fake',
    source: request.source.name,
    resource: name,
    generation: 0,
    interval_start: request.range?.interval?.start ?? null,
    interval_end: request.range?.interval?.end ?? null,
    cursor_start: null,
    cursor_end: null,
    load_key: request.loadKey ?? '',
    load_id: '1.0',
    rows: 1,
    status: 'loaded',
    error_code: null,
    error: null,
    workflow_id: null,
    run_id: null,
    attempt: null,
    ...(request.attempt !== undefined &&
      'workflowId' in request.attempt && {
        workflow_id: request.attempt.workflowId,
        run_id: request.attempt.runId,
        attempt: request.attempt.attempt,
      }),
    committed_at: new Date().toISOString(),
  });
  const dataset = {
    snapshot: () => Promise.resolve({ generations: {} }),
    findLoad: () => Promise.resolve(undefined),
    revokeClaims: () => Promise.resolve(),
    record: (rows: readonly LedgerRow[]) => Promise.resolve(void ledger.push(...rows)),
    coverage: ({ resource: name, start, end }: { resource: string; start: string; end: string }) =>
      Promise.resolve(
        coverageOf(
          ledger.filter((row) => row.resource === name),
          { start, end },
        ),
      ),
    ledger: ({ resource: name }: { resource?: string } = {}) =>
      Promise.resolve(ledger.filter((row) => name === undefined || row.resource === name)),
    close: () => Promise.resolve(),
  };
  return {
    requests,
    ledger,
    async load(pipeline, request): Promise<LoadResult> {
      requests.push(request);
      const rows = await load(request);
      const names = request.resources ?? request.source.resourceNames;
      ledger.push(...names.map((name) => note(request, name)));
      const info = { pipeline: pipeline.name, resources: names.map((name) => report(name, rows)) };
      return { info: info as unknown as LoadResult['info'], causes: [] };
    },
    open: () => Promise.resolve(dataset as unknown as Dataset),
  };
}
