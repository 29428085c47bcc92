import path from 'node:path';
import { type Dag, dagsOf, isIn } from './airflow-facts';
import { type DltPipeline, type DltResource, pipelineOf, resourcesOf, sourceSettings } from './dlt-facts';
import { translatorOf } from './known-sources';
import { nodeIn, nodesIn, type PyNode, within } from './nodes';
import type { Notes } from './notes';
import type { OurSource } from './our-source';
import { ownSource } from './own-source';
import type { FoundCall, PyFile, PyScope } from './scope';
import { type SourceUse, sourcesIn } from './source-use';
import { keywordsOf } from './values';

/** A Python file that was read. */
export interface ReadFile {
  readonly path: string;
  readonly file: PyFile;
  readonly notes: Notes;
}

/** A pipeline with what it loads, and the DAG that runs it. */
export interface MigratedEntry {
  readonly name: string;
  readonly dataset: string | undefined;
  readonly destination: string | undefined;
  readonly sources: readonly OurSource[];
  readonly dag: Dag | undefined;
}

interface Run {
  readonly pipeline: PyNode;
  readonly data: PyNode | undefined;
  readonly call: FoundCall;
}

/** The pipelines of a file, each with its sources and DAG; none where the file has nothing of dlt's or Airflow's. */
export function entriesOf({ path: file, file: scanned, notes }: ReadFile): {
  readonly entries: readonly MigratedEntry[];
  readonly dags: readonly Dag[];
} {
  const name = path.basename(file);
  const dags = dagsOf(scanned, notes);
  const resources = resourcesOf(scanned, notes);
  const pipelines = scanned.calls
    .filter((call) => /(^|\.)dlt\.pipeline$/.test(call.name))
    .map((call) => pipelineOf(call, notes));
  const runs = runsOf(scanned, pipelines, notes);
  const fallback = path.basename(file, '.py').replace(/[^A-Za-z0-9]+/g, '_');
  const context: SourceContext = {
    read: { path: file, file: scanned, notes },
    resources,
    made: new Map(),
    name,
  };
  const entries = pipelines.map((pipeline): MigratedEntry => {
    const mine = runs.filter((run) => run.pipeline === pipeline.node);
    const called = pipeline.name ?? fallback;
    const uses = mine.flatMap(({ data, call }) =>
      data === undefined ? [] : sourcesIn(data, call.scope, { file: scanned, notes }),
    );
    const loose = mine.length === 0 && pipelines.length === 1 ? knownCalls(scanned, notes) : [];
    const dag = dagFor(pipeline, dags, scanned);
    return {
      name: called,
      dataset: pipeline.dataset,
      destination: pipeline.destination,
      sources: sourcesFor([...uses, ...loose], {
        ...context,
        pipeline: called,
        node: pipeline.node,
        isRun: mine.length > 0,
      }),
      dag,
    };
  });
  if (entries.length > 0) return { entries, dags };
  const uses = knownCalls(scanned, notes);
  if (uses.length === 0 && resources.length === 0) return { entries: [], dags };
  const alone = {
    name: fallback,
    dataset: undefined,
    destination: undefined,
    sources: sourcesFor(uses, { ...context, pipeline: fallback, node: scanned.tree, isRun: false }),
    dag: dags.length === 1 ? dags[0] : undefined,
  };
  return { entries: [alone], dags };
}

/** Calls of sources that come with dlt, wherever they stand. */
const knownCalls = (file: PyFile, notes: Notes): readonly SourceUse[] =>
  file.calls
    .filter(
      ({ name }) => translatorOf(name) !== undefined && !file.functions.some((one) => one.name === name),
    )
    .flatMap(({ node, scope }) => sourcesIn(node, scope, { file, notes }));

/** `pipeline.run(data)`, `tasks.add_run(pipeline, data)`, `tasks.run(pipeline, data)`. */
function runsOf(file: PyFile, pipelines: readonly DltPipeline[], notes: Notes): readonly Run[] {
  const known = new Set(pipelines.map(({ node }) => node));
  const pipelineIn = (node: PyNode | undefined, scope: PyScope, depth = 0): PyNode | undefined => {
    if (node === undefined || depth > 20) return undefined;
    if (node.type === 'Name')
      return pipelineIn(scope.lookUp(String(node['id']), node.line), scope, depth + 1);
    return known.has(node) ? node : undefined;
  };
  return file.calls.flatMap((call): readonly Run[] => {
    const called = nodeIn(call.node['func']);
    if (called?.type !== 'Attribute' || !['run', 'add_run'].includes(String(called['attr']))) return [];
    const positional = nodesIn(call.node['args']);
    const named = new Map(keywordsOf(call.node).map(([key, value]) => [key, value]));
    const own = pipelineIn(nodeIn(called['value']), call.scope);
    const pipeline = own ?? pipelineIn(named.get('pipeline') ?? positional[0], call.scope);
    if (pipeline === undefined) return [];
    const data = named.get('data') ?? positional[own === undefined ? 1 : 0];
    notes.take(call.node);
    for (const key of ['write_disposition', 'table_name', 'primary_key', 'loader_file_format', 'refresh'])
      if (named.has(key))
        notes.add(named.get(key)!.line, `${key} of run isn't taken over: write it into the resource`);
    return [{ pipeline, data, call }];
  });
}

/** The DAG whose part of the file a pipeline is in, or whose part names the function that it is in; else the only one. */
function dagFor(pipeline: DltPipeline, dags: readonly Dag[], file: PyFile): Dag | undefined {
  const inside = dags.find(({ body }) => body.type !== 'Module' && isIn(pipeline.node, body));
  if (inside !== undefined) return inside;
  const around = pipeline.functions.map((node) => String(node['name']));
  const naming = dags.find(({ body }) =>
    [...within(body)].some(
      ({ type, id, ...node }) =>
        type === 'Name' && around.includes(String(id)) && !pipeline.functions.some((one) => isIn(node, one)),
    ),
  );
  return naming ?? (dags.length === 1 && file.calls.length > 0 ? dags[0] : undefined);
}

interface SourceContext {
  readonly read: ReadFile;
  readonly resources: readonly DltResource[];
  /** Sources that were made already, by the place in the file: two pipelines may share one. */
  readonly made: Map<PyNode, OurSource>;
  readonly name: string;
}

/** Sources of the user's own, by name: the resources of each, in the order in which they were met. */
type OwnSources = Map<
  string,
  { readonly maxTableNesting: number | undefined; readonly resources: DltResource[] }
>;

function sourcesFor(
  uses: readonly SourceUse[],
  context: SourceContext & { readonly pipeline: string; readonly node: PyNode; readonly isRun: boolean },
): readonly OurSource[] {
  const { read, resources, made, name, pipeline, isRun } = context;
  const { file, notes } = read;
  const found: OurSource[] = [];
  const own: OwnSources = new Map();
  const add = (source: string, more: readonly DltResource[], maxTableNesting?: number): void => {
    const there = own.get(source) ?? { maxTableNesting, resources: [] };
    there.resources.push(...more.filter((one) => !there.resources.some((other) => other.name === one.name)));
    own.set(source, there);
  };
  const translate = (use: SourceUse): OurSource | undefined => {
    const source = made.get(use.node) ?? translatorOf(use.name)?.({ use, notes, file: name });
    if (source !== undefined) made.set(use.node, source);
    return source;
  };
  for (const use of uses) {
    const local = file.functions.find((one) => one.name === use.name);
    const single = resources.find(({ node, call }) => use.node === (call ?? node) || node === local?.node);
    if (single !== undefined) {
      add(pipeline, withParent(single, resources));
      continue;
    }
    if (local === undefined) {
      const source = translate(use);
      if (source !== undefined) found.push(source);
      else {
        notes.add(
          use.node.line,
          `the source "${use.name}" is made elsewhere: call init --from-dlt with that file, or write it`,
        );
        add(pipeline, [unread(use)]);
      }
      continue;
    }
    notes.take(local.node);
    const calls = file.calls.filter((call) => isIn(call.node, local.node));
    const mine = resources.filter(
      (one) =>
        one.functions.includes(local.node) ||
        calls.some((call) => call.node === one.call || call.name === String(one.node['name'])),
    );
    const known = calls.flatMap((call) =>
      translatorOf(call.name) === undefined ? [] : sourcesIn(call.node, call.scope, { file, notes }),
    );
    found.push(...known.flatMap((one) => translate(one) ?? []));
    const settings = sourceSettings(local, notes);
    if (mine.length > 0) add(settings?.name ?? pipeline, mine, settings?.maxTableNesting);
    else if (known.length === 0) add(pipeline, [{ ...unread(use), name: local.name, node: local.node }]);
  }
  if (uses.length === 0 && !isRun && resources.length > 0) add(pipeline, resources);
  // what it loads can't be told, and a pipeline needs something
  if (found.length === 0 && own.size === 0)
    add(pipeline, [
      {
        name: pipeline,
        node: context.node,
        hints: {},
        incrementals: new Map(),
        from: undefined,
        functions: [],
      },
    ]);
  const written = [...own].map(([source, { maxTableNesting, resources: mine }]) =>
    ownSource({ name: source, maxTableNesting, resources: mine, file: name }),
  );
  return [...found, ...written];
}

/** A resource, and the one whose rows it gets. */
const withParent = (one: DltResource, all: readonly DltResource[]): readonly DltResource[] => [
  ...(one.from === undefined ? [] : all.filter(({ name }) => name === one.from)),
  one,
];

const unread = (use: SourceUse): DltResource => ({
  name: (use.name.split('.').at(-1) ?? 'items').replace(/[^A-Za-z0-9_]/g, '_') || 'items',
  node: use.node,
  hints: {},
  incrementals: new Map(),
  from: undefined,
  functions: [],
});

/** An entry for a DAG without a pipeline of dlt's: a resource for each of its tasks, to be written. */
export function entryOfTasks(dag: Dag, { path: file, notes }: ReadFile): MigratedEntry {
  notes.add(
    dag.node.line,
    `the DAG "${dag.id}" has no pipeline of dlt's: what its tasks load is to be written as resources`,
  );
  const tasks = dag.tasks.length === 0 ? [{ name: dag.id, node: dag.node }] : dag.tasks;
  const resources = tasks.map(({ name, node }): DltResource => {
    notes.take(node);
    return { name, node, hints: {}, incrementals: new Map(), from: undefined, functions: [] };
  });
  const unique = [...new Map(resources.map((one) => [one.name, one])).values()];
  return {
    name: dag.id,
    dataset: undefined,
    destination: undefined,
    sources: [ownSource({ name: dag.id, resources: unique, file: path.basename(file) })],
    dag,
  };
}
