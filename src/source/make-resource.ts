import { TidemarkError } from '../errors';
import { checkIncrementalOverride, type IncrementalOverride } from '../incremental';
import { callable, checkArgument, checkOptions, record } from '../options';
import { ownField } from '../value';
import { checkBigQuery } from './bigquery-options';
import { iteratePages, type SourcePreparer } from './iterate';
import { limitSpec, resourceSettings } from './option-checks';
import { checkParams } from './params';
import type {
  Incrementals,
  LimitSpec,
  ParamsSpec,
  Resource,
  ResourceDefinition,
  ResourceSettings,
  Step,
} from './types';

const BRAND = Symbol.for('tidemark.resource');

/** Whether `value` is a resource, of this or another copy of the package. */
export function isResource(value: unknown): value is Resource {
  return typeof value === 'object' && value !== null && BRAND in value;
}

/** The limits as numbers; without one it is infinite. */
export function resolveLimit(name: string, limit: LimitSpec | undefined): { pages: number; rows: number } {
  if (limit !== undefined) checkArgument(`resource "${name}"`, 'addLimit', limit, limitSpec);
  const { pages = Number.POSITIVE_INFINITY, rows = Number.POSITIVE_INFINITY } =
    typeof limit === 'number' ? { pages: limit } : (limit ?? {});
  for (const value of [pages, rows])
    if (!(value >= 0) || (Number.isFinite(value) && !Number.isInteger(value)))
      throw new TidemarkError(
        'RESOURCE_INVALID',
        `The limit "${value}" of the resource "${name}" is not a whole number; write addLimit(10) for pages, or addLimit({ rows: 100 }).`,
        { details: { resource: name } },
      );
  return { pages, rows };
}

function withBound(
  definition: ResourceDefinition,
  values: Readonly<Record<string, unknown>>,
): ResourceDefinition {
  const owner = `bind of the resource "${definition.name}"`;
  checkArgument(owner, 'bind', values, record);
  const { incremental: overrides = {}, ...params } = values as {
    incremental?: Readonly<Record<string, IncrementalOverride>>;
  };
  checkParams(definition.name, definition.params, params);
  checkArgument(owner, 'incremental', overrides, record);
  const known = Object.keys(definition.incremental);
  for (const name of Object.keys(overrides))
    if (!known.includes(name))
      throw new TidemarkError(
        'PARAM_INVALID',
        `The resource "${definition.name}" has no incremental "${name}"; ${known.length === 0 ? 'it has none' : `it has "${known.join('", "')}"`}.`,
        { details: { resource: definition.name, incremental: name, known } },
      );
  const merged = Object.entries(overrides).map(([name, override]) => {
    const joined = { ...ownField(definition.overrides, name), ...override };
    checkIncrementalOverride(`${owner}, incremental "${name}"`, definition.incremental[name]!, joined);
    return [name, joined] as const;
  });
  return {
    ...definition,
    boundParams: { ...definition.boundParams, ...params },
    overrides: { ...definition.overrides, ...Object.fromEntries(merged) },
  };
}

/**
 * Gives a definition its methods. `host` prepares the source around it, so that iterating a source's resource has the
 * source's config and HTTP settings.
 */
export function makeResource<N extends string, Item, P extends ParamsSpec, I extends Incrementals>(
  definition: ResourceDefinition & { readonly name: N },
  host?: SourcePreparer,
): Resource<N, Item, P, I> {
  const stepped = <To>(step: Step): Resource<N, To, P, I> =>
    makeResource<N, To, P, I>({ ...definition, steps: [...definition.steps, step] }, host);
  const made: Resource<N, Item, P, I> = {
    name: definition.name,
    definition,
    bind: (values) =>
      makeResource<N, Item, P, I>(
        { ...withBound(definition, values as Readonly<Record<string, unknown>>), name: definition.name },
        host,
      ),
    with(settings) {
      checkOptions(`with of the resource "${definition.name}"`, settings, resourceSettings);
      const merged = { ...definition.settings, ...(settings as ResourceSettings<unknown>) };
      checkBigQuery(definition.name, merged);
      return makeResource<N, Item, P, I>({ ...definition, settings: merged }, host);
    },
    map<To>(change: (item: Item) => To | Promise<To>) {
      checkArgument(`resource "${definition.name}"`, 'map', change, callable);
      return stepped<To>({ kind: 'map', apply: change as (item: unknown) => unknown });
    },
    filter(keep) {
      checkArgument(`resource "${definition.name}"`, 'filter', keep, callable);
      return stepped<Item>({ kind: 'filter', apply: keep as (item: unknown) => unknown });
    },
    addLimit: (limit) =>
      makeResource<N, Item, P, I>({ ...definition, limit: resolveLimit(definition.name, limit) }, host),
    pages: () => iteratePages<Item>(definition, host),
    async *[Symbol.asyncIterator]() {
      for await (const page of iteratePages<Item>(definition, host)) yield* page;
    },
  };
  Object.defineProperty(made, BRAND, { value: true });
  return Object.freeze(made);
}
