import type { z } from 'zod';
import { environmentProviders, listingConfig, resolveSourceConfig } from '../config';
import { TidemarkError } from '../errors';
import { checkHttpOptions } from '../http';
import { checkArgument, checkOptions, record } from '../options';
import { withoutUndefined } from '../value';
import { unknownResource } from './components';
import { isResource, makeResource } from './make-resource';
import { sourceSettings } from './option-checks';
import type { PreparedSource, PrepareOptions } from './prepared-source';
import type { Source, SourceOptions, SourceSettings } from './source-types';
import type { Resource } from './types';

const BRAND = Symbol.for('tidemark.source');

/** Whether `value` is a source, of this or another copy of the package. */
export function isSource(value: unknown): value is Source {
  return typeof value === 'object' && value !== null && BRAND in value;
}

/** A change to one resource, or to all of them. */
interface Edit {
  readonly resource: string | undefined;
  readonly apply: (resource: Resource) => Resource;
}

export interface SourceState {
  readonly options: SourceOptions<z.ZodObject, Resource> & { readonly config: z.ZodObject };
  /** What code gave, its secrets wrapped. */
  readonly given: unknown;
  /** Undefined: those that select themselves. */
  readonly selection: readonly string[] | undefined;
  readonly edits: readonly Edit[];
  readonly settings: SourceSettings;
}

function buildResources(state: SourceState, config: z.output<z.ZodObject>): readonly Resource[] {
  const { name } = state.options;
  const made = state.options.resources(config);
  if (!Array.isArray(made) || !made.every(isResource))
    throw new TidemarkError(
      'SOURCE_INVALID',
      `"resources" of the source "${name}" must return a list of what resource(…) gives.`,
      {
        details: { source: name },
      },
    );
  const doubled = made.find((one, index) => made.findIndex((other) => other.name === one.name) !== index);
  if (doubled !== undefined)
    throw new TidemarkError(
      'SOURCE_INVALID',
      `The source "${name}" has two resources named "${doubled.name}"; names are unique in a source.`,
      {
        details: { source: name, resource: doubled.name },
      },
    );
  return made.map((resource) =>
    state.edits
      .filter((edit) => edit.resource === undefined || edit.resource === resource.name)
      .reduce((edited, edit) => edit.apply(edited), resource as Resource),
  );
}

function selectedOf(state: SourceState, resources: readonly Resource[]): readonly string[] {
  const { selection } = state;
  return resources
    .filter(({ name, definition }) =>
      selection === undefined ? definition.selected : selection.includes(name),
    )
    .map(({ name }) => name);
}

function prepare(
  state: SourceState,
  { providers = environmentProviders(), http }: PrepareOptions,
): PreparedSource {
  const { options, given, settings } = state;
  const section = options.section ?? options.name;
  const owner = { section, name: options.name };
  const config = resolveSourceConfig({ schema: options.config, given, owner, providers });
  const resources = buildResources(state, config);
  const own = typeof options.http === 'function' ? options.http(config) : (options.http ?? {});
  checkHttpOptions(`http of the source "${options.name}"`, own);
  return {
    name: options.name,
    section,
    rootKey: settings.rootKey ?? false,
    maxTableNesting: settings.maxTableNesting,
    schemaContract: settings.schemaContract,
    resources: resources.map(({ definition }) => definition),
    selected: selectedOf(state, resources),
    http: { ...own, ...http },
  };
}

/** Gives a source its methods. What it holds is in the closure: a secret is in no property of it. */
export function makeSource<R extends Resource>(state: SourceState): Source<R> {
  const { options } = state;
  const { name } = options;
  const section = options.section ?? name;
  let listed: readonly Resource[] | undefined;
  const all = (): readonly Resource[] => {
    listed ??= buildResources(
      state,
      listingConfig({
        schema: options.config,
        given: state.given,
        owner: { section, name },
        providers: environmentProviders(),
      }),
    );
    return listed;
  };
  const find = (wanted: string): Resource => {
    const found = all().find((resource) => resource.name === wanted);
    if (found === undefined)
      throw unknownResource(
        name,
        wanted,
        all().map((resource) => resource.name),
      );
    return found;
  };
  const changed = (change: Partial<SourceState>): Source<R> => makeSource<R>({ ...state, ...change });
  const edited = (...edits: readonly Edit[]): Source<R> => {
    // applied to the listing at once, so that a mistake shows where it was made
    for (const { resource, apply } of edits) if (resource !== undefined) apply(find(resource));
    return changed({ edits: [...state.edits, ...edits] });
  };
  const hosted = (resource: Resource): Resource =>
    makeResource(resource.definition, () => prepare({ ...state, selection: [resource.name] }, {}));

  const made: Source<R> = {
    name,
    section,
    get resourceNames() {
      return selectedOf(state, all());
    },
    get allResourceNames() {
      return all().map((resource) => resource.name);
    },
    get resources() {
      const selected = selectedOf(state, all());
      return all()
        .filter((resource) => selected.includes(resource.name))
        .map(hosted) as unknown as readonly R[];
    },
    resource: (wanted) => hosted(find(wanted)) as never,
    withResources(...names) {
      if (names.length === 0)
        throw new TidemarkError(
          'RESOURCE_UNKNOWN',
          `withResources() of the source "${name}" names no resource; it has "${made.allResourceNames.join('", "')}".`,
        );
      for (const wanted of names) find(wanted);
      return changed({ selection: names });
    },
    bind(values) {
      checkArgument(`source "${name}"`, 'bind', values, record);
      return edited(
        ...Object.entries(withoutUndefined(values)).map(([resource, bindings]) => ({
          resource,
          apply: (one: Resource) => one.bind(bindings as Parameters<Resource['bind']>[0]),
        })),
      );
    },
    with(settings) {
      checkOptions(`with of the source "${name}"`, settings, sourceSettings);
      return changed({ settings: { ...state.settings, ...settings } });
    },
    map: (resource, change) =>
      edited({ resource, apply: (one) => one.map(change as (item: unknown) => unknown) }),
    filter: (resource, keep) =>
      edited({ resource, apply: (one) => one.filter(keep as (item: unknown) => boolean | Promise<boolean>) }),
    addLimit: (limit) => edited({ resource: undefined, apply: (one) => one.addLimit(limit) }),
    prepare: (prepareOptions = {}) => prepare(state, prepareOptions),
    async *[Symbol.asyncIterator]() {
      for (const resource of made.resources) yield* resource as unknown as AsyncIterable<never>;
    },
  };
  Object.defineProperty(made, BRAND, { value: true });
  return Object.freeze(made);
}
