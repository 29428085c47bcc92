import { z } from 'zod';
import { wrapSecrets } from '../config';
import { shown, TidemarkError } from '../errors';
import { checkHttpOptions } from '../http';
import { checkArgument, checkOptions, record } from '../options';
import { withoutUndefined } from '../value';
import { makeSource, type SourceState } from './make-source';
import { sourceOptions } from './option-checks';
import type { ConfigInput, Source, SourceFunction, SourceOptions, SourceSettings } from './source-types';
import type { Resource } from './types';

type NoConfig = z.ZodObject<Record<never, never>>;

/**
 * Defines a source: a group of resources with config, secrets and HTTP settings. The result is a function that makes
 * it; it takes any part of the config, the rest is looked up when extraction starts, narrow to wide:
 * `SOURCES__<SECTION>__<NAME>__KEY`, `SOURCES__<SECTION>__KEY`, `SOURCES__KEY`, `KEY`, in the environment, `.env`,
 * `.dlt/secrets.toml` and `.dlt/config.toml`.
 *
 * `resources` is also called to list what there is, before secrets are known: a value that is missing throws when it
 * is read, a missing secret when it is revealed.
 *
 * @throws SOURCE_INVALID, CONFIG_INVALID for an option that doesn't exist or a value that isn't accepted
 * @example
 * export const pets = defineSource({
 *   name: 'pets', config: z.object({ token: secret(z.string()) }),
 *   http: (c) => ({ baseUrl: 'https://pets.example', auth: bearer(c.token) }),
 *   resources: () => [resource({ name: 'cats', async *extract({ http }) { yield await http.get('/cats'); } })],
 * });
 */
export function defineSource<C extends z.ZodObject = NoConfig, R extends Resource = Resource>(
  options: SourceOptions<C, R>,
): SourceFunction<C, R> {
  checkArgument('defineSource', 'options', options, record);
  const { name, config = z.object({}), rootKey, maxTableNesting, schemaContract } = options;
  if (typeof name !== 'string' || name.trim() === '')
    throw new TidemarkError(
      'SOURCE_INVALID',
      `"${shown(name)}" is not a valid name of a source; give it a text that is not empty.`,
    );
  if (typeof options.resources !== 'function')
    throw new TidemarkError(
      'SOURCE_INVALID',
      `"resources" of the source "${name}" must be a function that returns a list of resources.`,
    );
  checkOptions(`source "${name}"`, options, sourceOptions);
  if (typeof options.http === 'object') checkHttpOptions(`http of the source "${name}"`, options.http);
  const state = {
    options: { ...options, config } as unknown as SourceState['options'],
    selection: undefined,
    edits: [],
    settings: withoutUndefined({ rootKey, maxTableNesting, schemaContract }),
  };
  const make = (given?: ConfigInput<C>): Source<R> =>
    makeSource<R>({ ...state, given: wrapSecrets(config, given, name) });
  return Object.assign(make, { sourceName: name });
}

/**
 * A source of resources that were made without one: what `pipeline.run(resource)` loads.
 *
 * @throws SOURCE_INVALID
 */
export function sourceOf<R extends Resource>(
  options: { readonly name: string; readonly resources: readonly R[] } & SourceSettings,
): Source<R> {
  return defineSource<NoConfig, R>({ ...options, resources: () => options.resources })();
}
