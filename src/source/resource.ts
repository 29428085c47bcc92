import { shown, TidemarkError } from '../errors';
import { isIncrementalDefinition } from '../incremental';
import { checkOptions } from '../options';
import { checkTableName } from '../schema';
import { isRecord } from '../value';
import { checkBigQuery } from './bigquery-options';
import { definedSettings } from './defined-settings';
import { isResource, makeResource, resolveLimit } from './make-resource';
import { resourceOptions, transformerOptions } from './option-checks';
import { resolvePace } from './resume';
import type {
  Incrementals,
  ItemOf,
  ParamsSpec,
  Resource,
  ResourceDefinition,
  ResourceOptions,
  ResourceSettings,
  State,
  TransformerOptions,
} from './types';

type NoParams = Readonly<Record<never, unknown>>;
type NoIncrementals = Readonly<Record<never, never>>;

/**
 * A named stream of items: a function that yields pages, and hints how they are stored.
 *
 * `extract` is called when a run begins, with the incrementals and parameters bound to that run. A page that it yields
 * has gone through the incrementals when `yield` returns; the next one isn't asked for before that.
 *
 * @throws RESOURCE_IS_GENERATOR where `extract` is a generator that was started already, RESOURCE_INVALID, IDENTIFIER_INVALID
 * for a table that dlt or tidemark keeps for itself, CONFIG_INVALID for an option that doesn't exist or a value that isn't accepted
 * @example
 * const issues = resource({
 *   name: 'issues', primaryKey: 'id', params: { state: 'all' },
 *   incremental: { updated: incremental({ cursor: 'updated_at', type: 'iso', initialValue: '1970-01-01T00:00:00Z' }) },
 *   async *extract({ incremental: { updated }, params, http }) {
 *     yield await http.get<Issue[]>('/issues', { params: { since: updated.startValue, state: params.state } });
 *   },
 * });
 */
export function resource<
  const N extends string,
  Y,
  P extends ParamsSpec = NoParams,
  I extends Incrementals = NoIncrementals,
  S extends State = State,
>(options: ResourceOptions<N, Y, P, I, S>): Resource<N, ItemOf<Y>, P, I> {
  checkOptions(`resource "${nameIn(options)}"`, options, resourceOptions);
  return makeResource<N, ItemOf<Y>, P, I>(
    definitionOf(options.name, options as unknown as AnyOptions, options.extract, undefined),
  );
}

/**
 * A resource that reads another's items. Both are one component: the parent is extracted once, whether it is loaded itself
 * or not, and each of its pages goes to the transformer before the next is asked for.
 *
 * @throws RESOURCE_IS_GENERATOR, RESOURCE_INVALID, CONFIG_INVALID
 * @example
 * const games = transformer({
 *   name: 'games', from: players,
 *   async *extract({ items, http }) {
 *     for (const player of items) yield (await http.get<{ games: Game[] }>(`/players/${player.name}/games`)).games;
 *   },
 * });
 */
export function transformer<
  const N extends string,
  Parent,
  Y,
  P extends ParamsSpec = NoParams,
  I extends Incrementals = NoIncrementals,
  S extends State = State,
>(options: TransformerOptions<N, Parent, Y, P, I, S>): Resource<N, ItemOf<Y>, P, I> {
  checkOptions(`transformer "${nameIn(options)}"`, options, transformerOptions(isResource));
  return makeResource<N, ItemOf<Y>, P, I>(
    definitionOf(options.name, options as unknown as AnyOptions, options.extract, options.from.definition),
  );
}

/** The name for a message about options that aren't checked yet. */
const nameIn = (options: unknown): string => shown(isRecord(options) ? options['name'] : undefined);

type AnyOptions = ResourceSettings<unknown> &
  Pick<
    ResourceOptions<string, unknown, ParamsSpec, Incrementals, State>,
    'incremental' | 'params' | 'initialState' | 'selected' | 'addLimit' | 'resumable' | 'discover'
  >;

function definitionOf<N extends string>(
  name: N,
  options: AnyOptions,
  extract: unknown,
  parent: ResourceDefinition | undefined,
): ResourceDefinition & { readonly name: N } {
  if (typeof name !== 'string' || name.trim() === '')
    throw new TidemarkError(
      'RESOURCE_INVALID',
      `"${shown(name)}" is not a valid name of a resource; give it a text that is not empty.`,
    );
  const { tableName = name } = options;
  if (typeof tableName === 'string') checkTableName(tableName, name);
  checkBigQuery(name, options);
  checkExtract(name, extract);
  checkCursors(name, options.incremental ?? {});
  for (const [key, definition] of Object.entries(options.incremental ?? {}))
    if (!isIncrementalDefinition(definition))
      throw new TidemarkError(
        'RESOURCE_INVALID',
        `The incremental "${key}" of the resource "${name}" was not made by incremental({ cursor: … }).`,
        { details: { resource: name, incremental: key } },
      );
  if (options.params !== undefined && 'incremental' in options.params)
    throw new TidemarkError(
      'RESOURCE_INVALID',
      `The resource "${name}" has a parameter "incremental", which is what bind calls overrides; name it otherwise.`,
    );
  return {
    name,
    settings: definedSettings(options),
    incremental: options.incremental ?? {},
    overrides: {},
    params: options.params,
    boundParams: {},
    initialState: options.initialState,
    selected: options.selected ?? true,
    steps: [],
    limit: resolveLimit(name, options.addLimit),
    resumable: resolvePace(name, options.resumable),
    discover: options.discover,
    parent,
    extract: extract as ResourceDefinition['extract'],
  };
}

/** State is kept by cursor: two incrementals on one would overwrite each other's. */
function checkCursors(name: string, incrementals: Incrementals): void {
  const byCursor = new Map<string, string>();
  for (const [key, definition] of Object.entries(incrementals)) {
    if (!isIncrementalDefinition(definition)) continue;
    const { cursor } = definition.options;
    const other = byCursor.get(cursor);
    if (other !== undefined)
      throw new TidemarkError(
        'RESOURCE_INVALID',
        `The incrementals "${other}" and "${key}" of the resource "${name}" have one cursor, "${cursor}", and with it one state. Keep one of them, or make two resources.`,
        { details: { resource: name, cursor, incrementals: [other, key] } },
      );
    byCursor.set(cursor, key);
  }
}

function checkExtract(name: string, extract: unknown): void {
  if (typeof extract === 'function') return;
  const started = typeof extract === 'object' && extract !== null && 'next' in extract;
  if (started)
    throw new TidemarkError(
      'RESOURCE_IS_GENERATOR',
      `The resource "${name}" was given a generator that was started already, so that no run could bind its incrementals. Give it the function itself, and what differs between resources as "params" set by bind: resource({ name, params: { endpoint: '' }, extract: getPages }).bind({ endpoint }).`,
      { details: { resource: name } },
    );
  throw new TidemarkError(
    'RESOURCE_INVALID',
    `The "extract" of the resource "${name}" is "${typeof extract}"; give it a function that yields pages: async *extract({ http }) { … }.`,
    { details: { resource: name } },
  );
}
