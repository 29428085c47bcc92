import path from 'node:path';
import { defineSource, duckdb, incremental, pipeline, resource, transformer } from '../../src';
import { type PipelineConfig, resolveConfig } from '../../src/config';
import type { ResourceOutcome } from '../../src/contracts';
import type { Dataset } from '../../src/destination';
import { entryOf, type RunRequest, resolveRun } from '../../src/plan';
import { type EntryConfig, executeRun } from '../../src/run';
import type { Source } from '../../src/source';
import { parseState } from '../../src/state';
import { awaitRun, startRun } from '../../src/temporal';
import { createWorker } from '../../workers';
import { silent } from '../silent-log';
import { startTestServer } from '../temporal/test-server';

/** What the API of a case has at the moment, and how it answers. */
export interface World {
  /** Rows are of the days 1 to this one of January 2024. */
  days: number;
  /** What every row says of itself. */
  label: string;
  /** The resource that fails. */
  broken: string | undefined;
  /** How often each failed. */
  failures: number;
  /** How often it may fail. @default always */
  heals: number;
}

/** What one run after another asks for, once the world has changed. */
export interface Step {
  readonly request?: Partial<RunRequest>;
  readonly before?: (world: World) => void;
}

export interface Case {
  readonly name: string;
  readonly entry?: Pick<
    PipelineConfig,
    'decompose' | 'triggerRule' | 'mode' | 'retries' | 'overrides' | 'schedule'
  >;
  readonly steps: readonly Step[];
  /** What the last run makes of each resource: rows, or why there are none. */
  readonly last: Readonly<Record<string, number | string>>;
}

const day = (number: number): string => `2024-01-${String(number).padStart(2, '0')}T00:00:00Z`;

/** Days from January 2024, the end exclusive. */
export const days = (from: number, to: number): Partial<RunRequest> => ({ from: day(from), to: day(to) });

/** Two sources of rows by day: orders without a key and their items, payments, refunds by key; and notes. */
function sourcesOf(world: World): () => readonly Source[] {
  const rows = (name: string, start: string, perDay: number) => {
    if (world.broken === name && world.failures < world.heals) {
      world.failures += 1;
      throw new Error(`no ${name} today`);
    }
    return Array.from({ length: world.days * perDay }, (_, index) => ({
      id: index,
      at: day(1 + Math.floor(index / perDay)),
      label: world.label,
      tags: [name, index],
    })).filter(({ at }) => at >= start.slice(0, 19));
  };
  const cursor = () =>
    incremental({
      cursor: 'at',
      type: 'iso',
      initialValue: '2024-01-01T00:00:00Z',
      allowExternalSchedulers: true,
    });
  const one = (name: string, keys: { primaryKey?: string; writeDisposition?: 'append' | 'merge' }) =>
    resource({
      ...{ name, ...keys },
      params: { perDay: 2 },
      incremental: { at: cursor() },
      *extract({ incremental: { at }, params, sourceState }) {
        sourceState[`asked_${name}`] = Number(sourceState[`asked_${name}`] ?? 0) + 1;
        yield rows(name, at.startValue, params.perDay);
      },
    });
  const orders = one('orders', {});
  const items = transformer({
    name: 'items',
    from: orders,
    extract: ({ items: all }) => [all.map(({ id, at }) => ({ order: id, at }))],
  });
  const notes = resource({ name: 'notes', extract: () => [[{ id: 1, label: world.label }]] });
  return () => [
    defineSource({
      name: 'shop',
      resources: () => [
        orders,
        items,
        one('payments', {}),
        one('refunds', { primaryKey: 'id', writeDisposition: 'merge' }),
      ],
    })() as unknown as Source,
    defineSource({ name: 'desk', resources: () => [notes] })() as unknown as Source,
  ];
}

/** What runs left behind, without what differs from run to run: ids, keys, attempts, the moment. */
export interface Left {
  /** What the last run made of each resource: rows, or why there are none. */
  readonly last: Readonly<Record<string, number | string>>;
  readonly outcomes: unknown;
  readonly hooks: unknown;
  readonly tables: unknown;
  readonly states: unknown;
  readonly ledger: unknown;
}

const VOLATILE = new Set([
  ...['loadId', 'load_id', 'load_key', 'workflowId', 'workflow_id', 'runId', 'run_id', 'attempt'],
  ...['now', 'committed_at', 'timings', '_dlt_id', '_dlt_load_id', '_dlt_parent_id', '_dlt_root_id'],
]);

/** Without volatile fields; an instant of the run's own time is `now`. */
function stable(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(stable);
  if (typeof value === 'string') return /^20(2[5-9]|[3-9]\d)-\d\d-\d\dT/.test(value) ? 'now' : value;
  if (typeof value !== 'object' || value === null) return value;
  const fields = Object.entries(JSON.parse(JSON.stringify(value)) as object);
  return Object.fromEntries(
    fields.filter(([name]) => !VOLATILE.has(name)).map(([name, field]) => [name, stable(field)]),
  );
}

const inAnyOrder = (rows: readonly unknown[]): unknown[] =>
  rows
    .map(stable)
    .map((row) => JSON.stringify(row))
    .sort()
    .map((text) => JSON.parse(text) as unknown);

async function tablesOf(dataset: Dataset): Promise<Record<string, unknown>> {
  const { rows } = await dataset.query(
    "select table_name from information_schema.tables where table_schema = ? and table_name not like '\\_%' escape '\\'",
    [dataset.name],
  );
  const tables: Record<string, unknown> = {};
  for (const name of rows.map(({ table_name }) => String(table_name)).sort())
    tables[name] = inAnyOrder((await dataset.query(`select * from "${name}"`)).rows);
  return tables;
}

async function statesOf(dataset: Dataset): Promise<Record<string, unknown>> {
  const { rows } = await dataset.query(
    'select pipeline_name, state from _dlt_pipeline_state order by pipeline_name, version',
  );
  return Object.fromEntries(
    rows.map(({ pipeline_name, state }) => [
      String(pipeline_name),
      stable(parseState(String(state)).sources ?? {}),
    ]),
  );
}

/** One case in one place of its own: its runs, and what they left. */
export interface Place {
  run(step: Step): Promise<void>;
  left(): Promise<Left>;
}

/** Cases that are run in this process and on a server. */
export interface BothWays {
  /** A place whose runs are made without Temporal. */
  local(index: number): Place;
  /** A place whose runs are made on the server. */
  onServer(index: number): Place;
  /** A place of its own, whose runs are made either way. */
  place(index: number): { readonly local: Place; readonly onServer: Place };
  close(): Promise<void>;
}

/** A server, and a worker for all of the cases. */
export async function startBothWays(cases: readonly Case[]): Promise<BothWays> {
  const server = await startTestServer();
  const made = ['local', 'server', 'both'].map((place) => deploy(cases, path.join(server.projectDir, place)));
  const [local, remote, both] = made as [Deployed, Deployed, Deployed];
  const workers = await Promise.all(
    [remote, both].map(({ config }) => createWorker({ access: server, config })),
  );
  const { client } = server;
  return {
    local: (index) => placeOf(local, index, runLocally),
    onServer: (index) => placeOf(remote, index, (...call) => runOnServer(client, ...call)),
    place: (index) => ({
      local: placeOf(both, index, runLocally),
      onServer: placeOf(both, index, (...call) => runOnServer(client, ...call)),
    }),
    async close() {
      await Promise.all(workers.map((worker) => worker.stop()));
      await Promise.all(
        made.flatMap(({ config }) => config.pipelines.map((entry) => entry.pipeline.close())),
      );
      await server.close();
    },
  };
}

interface Deployed {
  readonly config: EntryConfig;
  readonly worlds: readonly World[];
  /** What hooks were called with, by case. */
  readonly events: readonly unknown[][];
  readonly outcomes: readonly (readonly ResourceOutcome[])[][];
}

function deploy(cases: readonly Case[], folder: string): Deployed {
  const worlds = cases.map(
    (): World => ({ days: 3, label: 'first', broken: undefined, failures: 0, heals: Infinity }),
  );
  const events: unknown[][] = cases.map(() => []);
  const config = resolveConfig({
    temporal: { taskQueue: path.basename(folder) },
    pipelines: cases.map(({ entry }, index) => ({
      pipeline: pipeline({
        name: `case_${index}`,
        dataset: 'data',
        destination: duckdb({ path: path.join(folder, `${index}.duckdb`) }),
        workDir: path.join(folder, 'work'),
      }),
      source: sourcesOf(worlds[index]!),
      retries: 0,
      hooks: {
        onSuccess: (event) => void events[index]!.push(event),
        onFailure: (event) => void events[index]!.push(event),
      },
      ...entry,
    })),
  });
  return { config, worlds, events, outcomes: cases.map(() => []) };
}

type Run = (deployed: Deployed, request: RunRequest) => Promise<readonly ResourceOutcome[]>;

const runLocally: Run = async ({ config }, request) => {
  const entry = entryOf(config, request.pipeline);
  const { input: run } = resolveRun(entry, request);
  const { signal } = new AbortController();
  return (await executeRun({ entry, run, signal, log: silent })).result.outcomes;
};

async function runOnServer(
  client: Awaited<ReturnType<typeof startTestServer>>['client'],
  { config }: Deployed,
  request: RunRequest,
): Promise<readonly ResourceOutcome[]> {
  const { workflowId, runId } = await startRun({ client, config }, request);
  const end = await awaitRun({ client, workflowId, runId });
  if (end?.result === undefined) throw new Error(end?.error?.message ?? 'the run has no result');
  return end.result.outcomes;
}

function placeOf(deployed: Deployed, index: number, run: Run): Place {
  const { config, worlds, events, outcomes } = deployed;
  const name = `case_${index}`;
  return {
    async run({ before, request }) {
      before?.(worlds[index]!);
      outcomes[index]!.push(await run(deployed, { pipeline: name, ...request }));
    },
    async left() {
      const dataset = await entryOf(config, name).pipeline.openDataset();
      try {
        const last = outcomes[index]?.at(-1) ?? [];
        return {
          last: Object.fromEntries(
            last.map(({ resource: one, rows, status, error }) => [
              one,
              status === 'loaded' ? rows : (error?.code ?? status),
            ]),
          ),
          outcomes: stable(outcomes[index]),
          hooks: stable(events[index]),
          tables: await tablesOf(dataset),
          states: await statesOf(dataset),
          ledger: inAnyOrder(await dataset.ledger()),
        };
      } finally {
        await dataset.close();
      }
    },
  };
}
