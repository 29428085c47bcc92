import type { z } from 'zod';
import type { HttpOptions } from '../http';
import type { WholeConfigValue } from './config-input';
import type { SchemaContractHint } from './hints';
import type { PreparedSource, PrepareOptions } from './prepared-source';
import type { LimitSpec, Resource } from './types';

/** What a source function takes: any part of its config; the rest is looked up. */
export type ConfigInput<C extends z.ZodObject> = PartialDeep<z.input<C>>;
type PartialDeep<T> = T extends WholeConfigValue | readonly unknown[]
  ? T
  : T extends object
    ? { readonly [K in keyof T]?: PartialDeep<T[K]> | undefined }
    : T;

/** Settings of a source as a whole. */
export interface SourceSettings {
  /** Whether every table below a root gets `_dlt_root_id`, also where no merge asks for it. @default false */
  readonly rootKey?: boolean;
  /** How many levels become tables and columns; what is nested deeper stays JSON. @default no limit */
  readonly maxTableNesting?: number;
  /** @default everything may evolve */
  readonly schemaContract?: SchemaContractHint;
}

/** Options of `defineSource`. */
export interface SourceOptions<C extends z.ZodObject, R extends Resource> extends SourceSettings {
  /** Also the name of the schema in the dataset. */
  readonly name: string;
  /** Where config is looked up: `SOURCES__<SECTION>__<NAME>__KEY`. @default the name */
  readonly section?: string;
  /** A zod object; secrets are `secret(z.string())`, dates `instant()`. @default none */
  readonly config?: C;
  readonly http?: HttpOptions | ((config: z.output<C>) => HttpOptions);
  readonly resources: (config: z.output<C>) => readonly R[];
}

/** What `defineSource` gives: a function that makes the source, with any part of its config. */
export interface SourceFunction<C extends z.ZodObject, R extends Resource> {
  (config?: ConfigInput<C>): Source<R>;
  readonly sourceName: string;
}

type NamesOf<R extends Resource> = R['name'];
type Exactly<R extends Resource, N extends string> = Extract<R, { readonly name: N }>;
/** Of resources that are made when it runs, whose names no type knows, any. */
type Named<R extends Resource, N extends string> = [Exactly<R, N>] extends [never] ? R : Exactly<R, N>;
type BindingsOf<R> = R extends { bind(values: infer B): unknown } ? B : never;
type ItemsOf<R> = R extends Resource<string, infer Item> ? Item : never;

/**
 * A group of resources with their config. Immutable: every method returns a new one. Making, selecting and listing
 * need no secret; the config is complete only when extraction starts.
 */
export interface Source<R extends Resource = Resource> extends AsyncIterable<ItemsOf<R>> {
  readonly name: string;
  readonly section: string;
  /** Names of the resources that a run loads. */
  readonly resourceNames: readonly string[];
  /** Names of all its resources. */
  readonly allResourceNames: readonly string[];
  /** The resources that a run loads. */
  readonly resources: readonly R[];
  /** @throws RESOURCE_UNKNOWN */
  resource<N extends NamesOf<R>>(name: N): Named<R, N>;
  /**
   * Selects the resources that a run loads, among all.
   * @throws RESOURCE_UNKNOWN listing what exists
   */
  withResources(...names: readonly NamesOf<R>[]): Source<R>;
  /**
   * Binds parameters and incrementals of resources by name.
   * @example source.bind({ ads: { states: ['PAUSED'] } })
   * @throws RESOURCE_UNKNOWN, PARAM_INVALID
   */
  bind(values: { readonly [N in NamesOf<R>]?: BindingsOf<Named<R, N>> }): Source<R>;
  with(settings: SourceSettings): Source<R>;
  /** Passes the items of one resource through a function. */
  map<N extends NamesOf<R>>(name: N, change: (item: ItemsOf<Named<R, N>>) => unknown): Source<R>;
  /** Keeps the items of one resource for which it is true. */
  filter<N extends NamesOf<R>>(
    name: N,
    keep: (item: ItemsOf<Named<R, N>>) => boolean | Promise<boolean>,
  ): Source<R>;
  /** Limits every resource. */
  addLimit(limit: LimitSpec): Source<R>;
  /**
   * Looks config and secrets up and makes the resources, for extraction.
   * @throws SECRET_MISSING, CONFIG_MISSING naming every place looked at; CONFIG_INVALID
   */
  prepare(options?: PrepareOptions): PreparedSource;
}
