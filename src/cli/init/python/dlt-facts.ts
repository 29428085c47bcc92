import { dataLiteral, literal } from '../config-text';
import { nodeIn, nodesIn, type PyNode } from './nodes';
import type { Notes } from './notes';
import type { FoundCall, FoundFunction, PyFile, PyScope } from './scope';
import { evaluate, keywordsOf, PyCall, PyTime, UNKNOWN } from './values';

/** A cursor of dlt's as options of `incremental`, each the text of its value. */
export interface DltIncremental {
  readonly options: Readonly<Record<string, string>>;
  /** Whether dlt takes its range from Airflow. */
  readonly external: boolean;
}

/** Hints of a resource as ours, each the text of its value. */
export type HintTexts = Readonly<Record<string, string>>;

export interface DltResource {
  readonly name: string;
  readonly node: PyNode;
  readonly hints: HintTexts;
  /** By the parameter of the function that holds it. */
  readonly incrementals: ReadonlyMap<string, DltIncremental>;
  /** The resource that a transformer gets its items from. */
  readonly from: string | undefined;
  readonly functions: readonly PyNode[];
  /** The call of `dlt.resource` that makes it, where one does. */
  readonly call?: PyNode;
}

export interface DltPipeline {
  readonly node: PyNode;
  readonly name: string | undefined;
  readonly dataset: string | undefined;
  readonly destination: string | undefined;
  readonly functions: readonly PyNode[];
}

const isNamed = (name: string, ...ends: readonly string[]): boolean =>
  ends.some((end) => name === end || name.endsWith(`.${end}`));

const isIncremental = (name: string): boolean =>
  isNamed(name, 'sources.incremental', 'incremental', 'Incremental');

/** Destinations that dlt and tidemark both have. */
const OURS = ['duckdb', 'postgres', 'bigquery'];

/** What `dlt.pipeline(…)` is told. */
export function pipelineOf({ node, scope, functions }: FoundCall, notes: Notes): DltPipeline {
  const positional = nodesIn(node['args']);
  const named = new Map(keywordsOf(node).map(([name, value]) => [name, value]));
  const text = (name: string, index: number): string | undefined => {
    const given = named.get(name) ?? positional[index];
    if (given === undefined) return undefined;
    const value = evaluate(given, scope);
    if (typeof value === 'string') return value;
    if (value !== null) notes.add(given.line, `${name} of dlt.pipeline is computed: write it`);
    return undefined;
  };
  notes.take(node);
  const taken = ['pipeline_name', 'destination', 'dataset_name', 'dev_mode', 'full_refresh'];
  notes.leftOver(node, 'dlt.pipeline', [...taken, 'progress', 'pipelines_dir']);
  const destination = destinationOf(named.get('destination') ?? positional[2], scope, notes);
  if (destination !== undefined && !OURS.includes(destination))
    notes.add(node.line, `the destination ${destination} isn't here: DuckDB takes its place`);
  const dev = named.get('dev_mode') ?? named.get('full_refresh');
  if (dev !== undefined && evaluate(dev, scope) !== false)
    notes.add(
      dev.line,
      "dev_mode isn't taken over: no run of a schedule could know what is loaded; try out with another dataset",
    );
  return {
    node,
    name: text('pipeline_name', 0),
    dataset: text('dataset_name', 4),
    destination,
    functions,
  };
}

/** The name of a destination: a text, or a call such as `dlt.destinations.postgres(…)`, whose options may be secrets. */
function destinationOf(node: PyNode | undefined, scope: PyScope, notes: Notes): string | undefined {
  if (node === undefined) return undefined;
  const value = evaluate(node, scope);
  if (typeof value === 'string') return value.split('.').at(-1);
  if (!(value instanceof PyCall)) {
    const last = scope.nameOf(node)?.split('.').at(-1);
    if (value !== null && last === undefined) notes.add(node.line, 'destination is computed: write it');
    return last;
  }
  if (nodesIn(value.node['args']).length + nodesIn(value.node['keywords']).length > 0)
    notes.add(
      value.node.line,
      `options of the destination ${value.name} aren't taken over: they may hold credentials`,
    );
  return value.name.split('.').at(-1);
}

/** A cursor, where a call is one. */
export function incrementalOf(call: PyNode, scope: PyScope, notes: Notes): DltIncremental | undefined {
  const value = evaluate(call, scope);
  if (!(value instanceof PyCall) || !isIncremental(value.name)) return undefined;
  const node = value.node;
  const options: Record<string, string> = {};
  let external = false;
  const order = ['cursor_path', 'initial_value', 'last_value_func'];
  const given = [
    ...nodesIn(node['args']).map((one, index) => [order[index] ?? '', one] as const),
    ...keywordsOf(node).map(([name, one]) => [name, one] as const),
  ];
  notes.take(node);
  const refuse = (one: PyNode, name: string): void =>
    notes.add(
      one.line,
      `${name} of dlt.sources.incremental isn't taken over: it is computed, or unknown here`,
    );
  for (const [name, one] of given) {
    const read = evaluate(one, scope);
    if (read === null) continue;
    if (name === 'allow_external_schedulers') external = read === true;
    else if (name === 'last_value_func') {
      const last = scope.nameOf(one);
      if (last === 'min') options['lastValueFunc'] = "'min'";
      else if (last !== 'max') refuse(one, name);
    } else {
      const option = INCREMENTAL[name];
      const text = option === undefined ? undefined : boundText(read);
      if (option === undefined || text === undefined) refuse(one, name);
      else options[option] = text;
      if (name === 'initial_value') {
        const type = cursorType(read);
        if (type !== undefined) options['type'] = literal(type);
      }
    }
  }
  // what it is before where it begins
  const { cursor, type, ...rest } = options;
  const first = { ...(cursor === undefined ? {} : { cursor }), ...(type === undefined ? {} : { type }) };
  return { options: { ...first, ...rest }, external };
}

const INCREMENTAL: Readonly<Record<string, string>> = {
  cursor_path: 'cursor',
  initial_value: 'initialValue',
  end_value: 'endValue',
  primary_key: 'primaryKey',
  row_order: 'rowOrder',
  lag: 'lag',
  on_cursor_value_missing: 'onCursorValueMissing',
  range_start: 'rangeStart',
  range_end: 'rangeEnd',
};

function boundText(value: unknown): string | undefined {
  if (value instanceof PyTime)
    return value.zone === undefined || value.zone === 'UTC' ? literal(value.text) : undefined;
  const isPlain = (one: unknown): boolean => ['string', 'number', 'boolean'].includes(typeof one);
  return isPlain(value) || (Array.isArray(value) && value.every(isPlain)) ? dataLiteral(value) : undefined;
}

/** What a cursor is, by its first value. A text stays text, so that a cursor which dlt has stored goes on. */
function cursorType(value: unknown): string | undefined {
  if (value instanceof PyTime) return 'datetime';
  if (typeof value === 'string') return /^\d{4}-\d\d-\d\d/.test(value) ? 'iso' : 'text';
  if (typeof value !== 'number') return undefined;
  if (!Number.isInteger(value)) return 'unixFloat';
  return value >= 1e11 ? 'unixMs' : value >= 1e8 ? 'unix' : 'integer';
}

const HINTS: Readonly<Record<string, string>> = {
  primary_key: 'primaryKey',
  merge_key: 'mergeKey',
  write_disposition: 'writeDisposition',
  table_name: 'tableName',
  max_table_nesting: 'maxTableNesting',
  selected: 'selected',
};

/** Hints and cursor of keyword arguments, of a resource, of `apply_hints`, of a table. */
export function hintsOf(
  node: PyNode,
  { scope, notes, what }: { readonly scope: PyScope; readonly notes: Notes; readonly what: string },
): { readonly hints: HintTexts; readonly incremental: DltIncremental | undefined } {
  const hints: Record<string, string> = {};
  let incremental: DltIncremental | undefined;
  for (const [name, value] of keywordsOf(node)) {
    const hint = HINTS[name];
    if (name === 'incremental') incremental = incrementalOf(value, scope, notes);
    if (hint === undefined) continue;
    const read = evaluate(value, scope);
    const text = hintText(name, read);
    if (text !== undefined) hints[hint] = text;
    else if (read !== null) notes.add(value.line, `${name} of ${what} is computed: write it`);
  }
  return { hints, incremental };
}

/** The names that `hintsOf` reads. */
export const HINT_NAMES: readonly string[] = [...Object.keys(HINTS), 'incremental'];

function hintText(name: string, value: unknown): string | undefined {
  if (name !== 'write_disposition') return boundText(value);
  if (typeof value === 'string')
    return ['append', 'replace', 'merge'].includes(value) ? literal(value) : undefined;
  const { disposition, strategy } = (value ?? {}) as { disposition?: unknown; strategy?: unknown };
  if (disposition !== 'merge')
    return typeof disposition === 'string' ? hintText(name, disposition) : undefined;
  return typeof strategy === 'string' ? dataLiteral({ disposition, strategy }) : literal('merge');
}

/** The decorator of a resource or transformer, if a function has one. */
function decoratorOf({ node, scope }: FoundFunction): { name: string; call: PyNode | undefined } | undefined {
  for (const decorator of nodesIn(node['decorator_list'])) {
    const call = decorator.type === 'Call' ? decorator : undefined;
    const name = scope.nameOf(call === undefined ? decorator : nodeIn(call['func'])) ?? '';
    if (isNamed(name, 'dlt.resource', 'dlt.transformer', 'dlt.defer')) return { name, call };
  }
  return undefined;
}

/** What a `@dlt.source` says of its source. */
export interface SourceSettings {
  readonly name: string;
  readonly maxTableNesting: number | undefined;
}

/** The settings of a function that is a `@dlt.source`; undefined for any other. */
export function sourceSettings(
  { name, node, scope }: FoundFunction,
  notes: Notes,
): SourceSettings | undefined {
  for (const decorator of nodesIn(node['decorator_list'])) {
    const call = decorator.type === 'Call' ? decorator : undefined;
    if (!isNamed(scope.nameOf(call === undefined ? decorator : nodeIn(call['func'])) ?? '', 'dlt.source'))
      continue;
    const given = new Map(
      call === undefined ? [] : keywordsOf(call).map(([key, value]) => [key, evaluate(value, scope)]),
    );
    if (call !== undefined)
      notes.leftOver(call, `the source ${name}`, ['name', 'max_table_nesting', 'parallelized']);
    const [told, nesting] = [given.get('name'), given.get('max_table_nesting')];
    return {
      name: typeof told === 'string' ? told : name,
      maxTableNesting: typeof nesting === 'number' ? nesting : undefined,
    };
  }
  return undefined;
}

/** The resources of a file: decorated functions, and calls of `dlt.resource`. */
export function resourcesOf(file: PyFile, notes: Notes): readonly DltResource[] {
  const decorators = new Set(file.functions.flatMap(({ node }) => nodesIn(node['decorator_list'])));
  const written = file.functions.flatMap((one): readonly DltResource[] => {
    const found = decoratorOf(one);
    if (found === undefined) return [];
    const { call } = found;
    const given = new Map(call === undefined ? [] : keywordsOf(call).map(([name, value]) => [name, value]));
    const said = given.get('name') ?? nodesIn(call?.['args'])[1];
    const name = said === undefined ? one.name : evaluate(said, one.scope);
    if (typeof name !== 'string')
      notes.add(one.node.line, `the name of the resource ${one.name} is computed`);
    const context = { scope: one.scope, notes, what: one.name };
    const own = call === undefined ? { hints: {}, incremental: undefined } : hintsOf(call, context);
    if (call !== undefined)
      notes.leftOver(call, `the resource ${one.name}`, [...HINT_NAMES, 'name', 'data_from', 'parallelized']);
    const from = given.get('data_from');
    const incrementals = new Map(
      defaultsOf(one.node).flatMap(([param, value]) => {
        const cursor = incrementalOf(value, one.scope, notes);
        return cursor === undefined ? [] : [[param, cursor] as const];
      }),
    );
    if (own.incremental !== undefined) incrementals.set('cursor', own.incremental);
    notes.take(one.node);
    return [
      {
        name: typeof name === 'string' ? name : one.name,
        node: one.node,
        hints: own.hints,
        incrementals,
        from: from === undefined ? undefined : one.scope.nameOf(from),
        functions: one.functions,
      },
    ];
  });
  const called = file.calls.flatMap((one): readonly DltResource[] => {
    if (!isNamed(one.name, 'dlt.resource', 'dlt.transformer') || decorators.has(one.node)) return [];
    const said = keywordsOf(one.node).find(([name]) => name === 'name')?.[1] ?? nodesIn(one.node['args'])[1];
    const name = said === undefined ? UNKNOWN : evaluate(said, one.scope);
    const [data] = nodesIn(one.node['args']);
    const fallback = one.scope.nameOf(data?.type === 'Call' ? nodeIn(data['func']) : data);
    if (typeof name !== 'string')
      notes.add(one.node.line, 'the name of this dlt.resource is computed: write each that it makes');
    const { hints, incremental } = hintsOf(one.node, { scope: one.scope, notes, what: 'dlt.resource' });
    notes.leftOver(one.node, 'dlt.resource', [...HINT_NAMES, 'name', 'parallelized']);
    notes.take(one.node);
    const own = file.functions.find((each) => each.name === fallback);
    if (own !== undefined) notes.take(own.node);
    return [
      {
        name: typeof name === 'string' ? name : (fallback?.split('.').at(-1) ?? `resource_${one.node.line}`),
        node: own?.node ?? one.node,
        hints,
        incrementals: new Map(incremental === undefined ? [] : [['cursor', incremental]]),
        from: undefined,
        functions: one.functions,
        call: one.node,
      },
    ];
  });
  return [...written, ...called];
}

/** Parameters of a function with their defaults. */
function defaultsOf(node: PyNode): readonly (readonly [string, PyNode])[] {
  const given = nodeIn(node['args']);
  if (given === undefined) return [];
  const all = [...nodesIn(given['posonlyargs']), ...nodesIn(given['args'])];
  const defaults = nodesIn(given['defaults']);
  const pairs = defaults.map((value, index) => [all[all.length - defaults.length + index], value] as const);
  const only = [given['kwonlyargs']]
    .flat()
    .map((arg, index) => [nodeIn(arg), nodeIn([given['kw_defaults']].flat()[index])] as const);
  return [...pairs, ...only].flatMap(([arg, value]) =>
    arg === undefined || value === undefined ? [] : [[String(arg['arg']), value] as const],
  );
}
