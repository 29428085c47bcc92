import type { z } from 'zod';
import type { Http } from '../http';
import type { Incremental, IncrementalDefinition, IncrementalOverride } from '../incremental';
import type { Interval } from '../interval';
import type {
  BigQueryTableOptions,
  ColumnHint,
  KeyHint,
  OnRerun,
  SchemaContractHint,
  WriteDisposition,
} from './hints';

/** What `extract` yields: a list of items, or a single item, which counts as a page of one. An empty page is fine. */
export type Page<Item> = readonly Item[] | Item;

/** The item of what a generator yields. */
export type ItemOf<Y> = Y extends readonly (infer Item)[] ? Item : Y;

/** What `extract` may return: pages, one after the other, or all of them at once. */
export type Extracted<Y> = AsyncIterable<Y> | Iterable<Y> | Promise<AsyncIterable<Y> | Iterable<Y>>;

/** Incrementals by the name that `extract` knows them by. */
export type Incrementals = Readonly<Record<string, IncrementalDefinition>>;

/** What `extract` gets for each of them: the live values of the run. */
export type BoundIncrementals<I> = {
  readonly [K in keyof I]: I[K] extends IncrementalDefinition<infer T> ? Incremental<T> : never;
};

/** Parameters of a resource: a zod object, or an object of defaults whose types are theirs. */
export type ParamsSpec = z.ZodObject | Readonly<Record<string, unknown>>;
export type ParamsOf<P> = P extends z.ZodObject ? z.output<P> : Readonly<P>;
export type ParamsInput<P> = P extends z.ZodObject ? z.input<P> : Readonly<P>;

/** What `bind` takes: parameters by name, and fields of incrementals that change for the run. */
export type BindArguments<P, I> = Partial<ParamsInput<P>> & {
  readonly incremental?: {
    readonly [K in keyof I]?: I[K] extends IncrementalDefinition<infer T>
      ? IncrementalOverride<T, unknown>
      : never;
  };
};

/** Plain JSON that is stored with the data. Assigning to a key and changing a value in place are both kept. */
export type State = Record<string, unknown>;

/** What is known of the run. */
export interface RunInfo {
  /** The pipeline's name; undefined where a resource is iterated without one. */
  readonly pipeline: string | undefined;
  /** The data interval, ISO text in UTC; undefined for a run without one. */
  readonly interval: Interval | undefined;
  /** The one now of the run, ISO text in UTC. */
  readonly now: string;
  readonly mode: 'interval' | 'incremental';
  /** From 1. */
  readonly attempt: number;
}

/** Structured log lines; the resource's name is added. */
export interface Log {
  debug(message: string, fields?: Readonly<Record<string, unknown>>): void;
  info(message: string, fields?: Readonly<Record<string, unknown>>): void;
  warn(message: string, fields?: Readonly<Record<string, unknown>>): void;
  error(message: string, fields?: Readonly<Record<string, unknown>>): void;
}

/** What `extract` is given. */
export interface ExtractContext<P, I, S = State> {
  readonly incremental: BoundIncrementals<I>;
  readonly params: ParamsOf<P>;
  readonly http: Http;
  /** This resource's own state, private to it. */
  readonly state: S;
  /** State shared by the resources of the source. */
  readonly sourceState: State;
  readonly run: RunInfo;
  /** Aborted when the load is cancelled. */
  readonly signal: AbortSignal;
  readonly log: Log;
  /**
   * The token of the last {@link ExtractContext.checkpoint} that was written before an earlier attempt of this load ended;
   * undefined at a fresh start. The pages before it are there already, and incrementals and states are as they were then.
   */
  readonly resumeFrom: string | undefined;
  /**
   * Says, after a `yield`, that a later attempt can go on from `token` with what follows the pages yielded so far. State
   * is kept as it is at the call. What is written how often is up to `resumable`; most calls cost nothing.
   * @throws RESOURCE_INVALID where the resource isn't `resumable`, or no page was yielded before
   */
  checkpoint(token: string): Promise<void>;
}

/** What a transformer's `extract` is given: the same, and a page of its parent's items. */
export interface TransformContext<Parent, P, I, S = State>
  extends Omit<ExtractContext<P, I, S>, 'resumeFrom' | 'checkpoint'> {
  /** A page of the parent's items, never empty, after the parent's own steps and incrementals. */
  readonly items: readonly Parent[];
}

/** Ends extraction early: after a number of pages (what `extract` yields, empty pages too), or of loaded rows. */
export type LimitSpec = number | { readonly pages?: number; readonly rows?: number };

/** Whether, and how often, checkpoints are written: by whichever of the two comes first. */
export type ResumableSpec =
  | boolean
  | {
      /** @default 30 */
      readonly everySeconds?: number;
      /** Pages of this resource. @default no limit */
      readonly everyPages?: number;
    };

export interface CheckpointPace {
  readonly everySeconds: number;
  readonly everyPages: number;
}

/** The hints of a resource: how its items become tables. */
export interface ResourceSettings<Item> {
  readonly primaryKey?: KeyHint;
  readonly mergeKey?: KeyHint;
  /** @default 'append' */
  readonly writeDisposition?: WriteDisposition;
  readonly columns?: Readonly<Record<string, ColumnHint>>;
  /** The table's name, or a function that gives it for each item. @default the resource's name */
  readonly tableName?: string | ((item: Item) => string);
  /** How many levels become tables and columns; what is nested deeper stays JSON. @default the source's, else no limit */
  readonly maxTableNesting?: number;
  readonly schemaContract?: SchemaContractHint;
  /** What a rerun does where rows have no declared key. @default the earlier rows of the same interval are replaced */
  readonly onRerun?: OnRerun;
  /** How BigQuery makes the table: partitions, clustering, expiration. Other destinations ignore it. */
  readonly bigquery?: BigQueryTableOptions;
}

/** The hints that a resource may discover when a load begins: those that planning does not need. */
export type DiscoveredHints = Pick<ResourceSettings<unknown>, 'primaryKey' | 'mergeKey' | 'columns'>;

/** What {@link ResourceOptions.discover} is given. */
export interface DiscoverContext {
  /** Aborted when the load is cancelled. */
  readonly signal: AbortSignal;
  readonly log: Log;
}

/** Options of {@link resource}. */
export interface ResourceOptions<
  N extends string,
  Y,
  P extends ParamsSpec,
  I extends Incrementals,
  S extends State,
> extends ResourceSettings<ItemOf<Y>> {
  readonly name: N;
  readonly incremental?: I;
  /** Typed parameters with defaults, set by `bind`. */
  readonly params?: P;
  /** What `state` is before anything was stored. */
  readonly initialState?: S;
  /** Whether a run without `withResources` loads it. @default true */
  readonly selected?: boolean;
  /** @default no limit */
  readonly addLimit?: LimitSpec;
  /**
   * Whether `extract` can go on where an earlier attempt of the same load ended: it begins at `resumeFrom`, if that is
   * set, and calls `checkpoint(token)` after a `yield`. For extractions that take long. What was extracted is kept in the
   * pipeline's `workDir` until the load is committed, or where its `checkpoints` say; on a machine that doesn't see that folder
   * the load starts again. Its rows are plain data:
   * JSON, bigint, Date, luxon DateTime, tidemark's value types, Uint8Array.
   * @default false
   * @example
   * async *extract({ http, resumeFrom, checkpoint }) {
   *   for (let url = resumeFrom ?? '/events'; ; ) {
   *     const { events, next } = await http.get<{ events: Event[]; next: string | null }>(url);
   *     yield events;
   *     if (next === null) return;
   *     url = next;
   *     await checkpoint(next);
   *   }
   * }
   */
  readonly resumable?: ResumableSpec;
  /**
   * Asked when a load begins, before anything is extracted: hints that only the system itself knows, such as the primary
   * key and the column types of a database table. What is declared beats them, column by column. Not asked where a
   * resource is iterated without a pipeline.
   * @default none
   */
  readonly discover?: (context: DiscoverContext) => Promise<DiscoveredHints>;
  /** Yields pages. A function, never a generator that was started already. */
  readonly extract: (context: ExtractContext<P, I, S>) => Extracted<Y>;
}

/** Options of {@link transformer}. */
export interface TransformerOptions<
  N extends string,
  Parent,
  Y,
  P extends ParamsSpec,
  I extends Incrementals,
  S extends State,
> extends Omit<ResourceOptions<N, Y, P, I, S>, 'extract' | 'resumable' | 'discover'> {
  /** The resource whose items it reads. */
  readonly from: Resource<string, Parent>;
  /** Called with each page of the parent; yields pages. */
  readonly extract: (context: TransformContext<Parent, P, I, S>) => Extracted<Y>;
}

/**
 * A named stream of items with hints how to store them. Immutable: every method returns a new one.
 * Iterating it extracts without a pipeline: incrementals start at `initialValue`, nothing is stored.
 */
export interface Resource<
  N extends string = string,
  Item = unknown,
  P extends ParamsSpec = ParamsSpec,
  I extends Incrementals = Incrementals,
> extends AsyncIterable<Item> {
  readonly name: N;
  readonly definition: ResourceDefinition;
  /**
   * Sets parameters, and fields of incrementals for the run; what was bound before and isn't named stays.
   * @throws PARAM_INVALID for a parameter or an incremental that doesn't exist, or a value that doesn't fit
   */
  bind(values: BindArguments<P, I>): Resource<N, Item, P, I>;
  /** Changes hints; those that aren't named stay. */
  with(settings: ResourceSettings<Item>): Resource<N, Item, P, I>;
  /** Passes every item through a function, before incrementals see it. */
  map<To>(change: (item: Item) => To | Promise<To>): Resource<N, To, P, I>;
  /** Keeps the items for which it is true, before incrementals see them. */
  filter(keep: (item: Item) => boolean | Promise<boolean>): Resource<N, Item, P, I>;
  /** Ends extraction after a number of pages, or of rows, for a look at the data. */
  addLimit(limit: LimitSpec): Resource<N, Item, P, I>;
  /** The pages, as a pipeline would get them. */
  pages(): AsyncGenerator<readonly Item[], void, void>;
}

/** A step between `extract` and the incrementals. */
export type Step =
  | { readonly kind: 'map'; readonly apply: (item: unknown) => unknown }
  | { readonly kind: 'filter'; readonly apply: (item: unknown) => unknown };

/** A resource as extraction and loading use it, without the types of its author. */
export interface ResourceDefinition {
  readonly name: string;
  readonly settings: ResourceSettings<unknown>;
  readonly incremental: Incrementals;
  readonly overrides: Readonly<Record<string, IncrementalOverride>>;
  readonly params: ParamsSpec | undefined;
  readonly boundParams: Readonly<Record<string, unknown>>;
  readonly initialState: State | undefined;
  readonly selected: boolean;
  readonly steps: readonly Step[];
  readonly limit: { readonly pages: number; readonly rows: number };
  /** Undefined for a resource that starts again from its beginning. */
  readonly resumable: CheckpointPace | undefined;
  /** Undefined for a resource whose hints are all declared. */
  readonly discover: ((context: DiscoverContext) => Promise<DiscoveredHints>) | undefined;
  /** The resource whose items it reads; undefined for one that is not a transformer. */
  readonly parent: ResourceDefinition | undefined;
  readonly extract: (
    context: TransformContext<unknown, ParamsSpec, Incrementals> & ExtractContext<ParamsSpec, Incrementals>,
  ) => unknown;
}
