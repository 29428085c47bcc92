import type { z } from 'zod';
import { isSecret } from '../../config';
import type { HttpOptions, JsonObject } from '../../http';
import {
  type Incremental,
  type IncrementalDefinition,
  type IncrementalOptions,
  incremental,
} from '../../incremental';
import {
  definedSettings,
  defineSource,
  type Resource,
  resource,
  type SourceFunction,
  transformer,
} from '../../source';
import { withoutUndefined } from '../../value';
import { type CheckedResource, checkResources } from './check-resources';
import { checkRestSource } from './option-checks';
import { type RestPages, restPages } from './rest-pages';
import { severalAtOnce } from './several-at-once';
import type { RestDefaults, RestResource, RestSourceOptions } from './types';

type NoConfig = z.ZodObject<Record<never, never>>;
type Bindable = Readonly<Record<string, unknown>>;
type Cursor = { readonly cursor: IncrementalDefinition<unknown> };

/** A resource of a {@link restSource}; `bind({ incremental: { cursor: … } })` changes its cursor for a run. */
export type RestLoaded<N extends string> = N extends string
  ? Resource<N, JsonObject, Bindable, Cursor>
  : never;

/** What a resource has, its own before the defaults; parameters and headers joined. */
function withDefaults(spec: RestResource, defaults: RestDefaults): RestResource {
  return {
    ...defaults,
    ...withoutUndefined(spec),
    params: { ...defaults.params, ...spec.params },
    headers: { ...defaults.headers, ...spec.headers },
  };
}

/** A secret isn't a parameter of a run, which is recorded. */
const isBindable = (value: unknown): boolean => !isSecret(value) && !(value instanceof Date);

/** The overloads of `incremental` join bounds to a declared type; here both come as data, and it checks them itself. */
const define = incremental as (options: IncrementalOptions<unknown>) => IncrementalDefinition<unknown>;

function cursorOf(spec: RestResource): { readonly incremental?: Cursor } {
  if (spec.incremental === undefined) return {};
  const { startParam: _, endParam: __, format: ___, in: ____, ...options } = spec.incremental;
  return { incremental: { cursor: define({ allowExternalSchedulers: true, ...options }) } };
}

interface Extraction {
  readonly incremental: { readonly cursor?: Incremental<unknown> };
  readonly params: Bindable;
}

function makeResource(checked: CheckedResource, parent: Resource | undefined): Resource {
  const { spec } = checked;
  const pages: RestPages = restPages(checked);
  const params = Object.entries(spec.params ?? {});
  const fixed = Object.fromEntries(params.filter(([, value]) => !isBindable(value)));
  const common = {
    name: spec.name,
    ...definedSettings(spec),
    ...cursorOf(spec),
    params: Object.fromEntries(params.filter(([, value]) => isBindable(value))),
    selected: spec.selected ?? true,
  };
  const asked = ({ incremental: { cursor }, params: bound }: Extraction) => ({
    cursor,
    params: { ...fixed, ...bound },
  });
  if (parent === undefined)
    return resource({
      ...common,
      async *extract(context) {
        yield* pages({ ...asked(context as Extraction), http: context.http, parent: undefined });
      },
    });
  return transformer({
    ...common,
    from: parent,
    async *extract(context) {
      const { items, http } = context;
      const request = { ...asked(context as Extraction), http };
      yield* severalAtOnce(items, spec.parallel ?? 1, (item) =>
        pages({ ...request, parent: item as Bindable }),
      );
    },
  });
}

/**
 * A source for an API that needs no code of its own: where it is, how it is asked, and what its endpoints are.
 *
 * A resource whose path has `{resources.PARENT.FIELD}` is asked for once for each row of its parent, which is extracted
 * once, loaded or not. An `incremental` sends the range of the run with `startParam` and `endParam`; rows outside it are
 * dropped whatever the API gives. A resource without a `paginate` follows the links that its answers have, and fails where
 * an answer says in another way that more is to come.
 *
 * @throws SOURCE_INVALID, RESOURCE_INVALID, CONFIG_INVALID where it is defined, naming the resource and the setting; for `resources` that
 * are a function, where the source is made
 * @example
 * const blog = restSource({
 *   name: 'blog',
 *   config: z.object({ token: secret(z.string()) }),
 *   baseUrl: 'https://blog.example.com/api',
 *   auth: (c) => bearer(c.token),
 *   defaults: { primaryKey: 'id', writeDisposition: 'merge', paginate: pageNumbers({ total: 'meta.pages' }) },
 *   resources: [
 *     { name: 'posts', incremental: { cursor: 'updated_at', type: 'iso', initialValue: '2024-01-01T00:00:00Z', startParam: 'since' } },
 *     { name: 'comments', path: '/posts/{resources.posts.id}/comments', includeFromParent: ['id'] },
 *   ],
 * });
 */
export function restSource<C extends z.ZodObject = NoConfig, const N extends string = string>(
  options: RestSourceOptions<C, N>,
): SourceFunction<C, RestLoaded<N>> {
  checkRestSource(options);
  const { baseUrl, auth, http, defaults = {}, resources, ...source } = options;
  const checked = (specs: readonly RestResource[]): readonly CheckedResource[] =>
    checkResources(
      source.name,
      specs.map((spec) => withDefaults(spec, defaults)),
    );
  const given = typeof resources === 'function' ? undefined : checked(resources);
  // what can't be loaded is said where it is written
  given?.forEach((one) => void restPages(one));
  return defineSource<C, RestLoaded<N>>({
    ...source,
    http: (c): HttpOptions => ({
      ...http,
      baseUrl: typeof baseUrl === 'function' ? baseUrl(c) : baseUrl,
      auth: typeof auth === 'function' ? auth(c) : auth,
    }),
    resources: (c) => {
      const made = new Map<string, Resource>();
      for (const one of given ?? checked(typeof resources === 'function' ? resources(c) : resources))
        made.set(
          one.spec.name,
          makeResource(one, one.parent === undefined ? undefined : made.get(one.parent)),
        );
      return [...made.values()] as unknown as RestLoaded<N>[];
    },
  });
}
