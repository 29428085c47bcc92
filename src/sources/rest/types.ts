import type { z } from 'zod';
import type {
  HttpAuth,
  HttpOptions,
  JsonObject,
  NextPage,
  QueryParams,
  QueryValue,
  ResponseActions,
} from '../../http';
import type { IncrementalOptions } from '../../incremental';
import type { ResourceSettings, SourceSettings } from '../../source';

/** How a cursor value is sent: `iso` text in UTC, `unix` seconds, `unixMs`, a `date`, or what a function makes of it. */
export type CursorFormat = 'iso' | 'unix' | 'unixMs' | 'date' | ((value: unknown) => QueryValue);

/** The cursor of a resource, and the parameters that ask the API for its range. */
export interface RestIncremental extends IncrementalOptions<unknown, unknown> {
  /**
   * The parameter that takes the start. It must give rows at the start too; where it gives only later ones, set `lag`.
   * @default none: every row is asked for, and those outside the range are dropped here
   */
  readonly startParam?: string;
  /** The parameter that takes the end, sent where the run has one. The end's own row may come: it is dropped here. */
  readonly endParam?: string;
  /** How both are sent. @default as the cursor's values are */
  readonly format?: CursorFormat;
  /** Where both are sent. @default 'query' */
  readonly in?: 'query' | 'json';
  /** Whether the data interval of the run sets the range. @default true */
  readonly allowExternalSchedulers?: boolean;
}

/** How the next page is found: by a paginator, which may be a function of one's own; `single`, there is only one; `auto`, by the links and page numbers in the answers. */
export type RestPaginate = NextPage | 'auto' | 'single';

/**
 * One endpoint and the table that it becomes.
 *
 * `path`, `params`, `headers` and `json` may hold `{resources.PARENT.FIELD}`, which makes the resource a child of `PARENT`, asked
 * for once for each of its rows; `{resources.GRANDPARENT.FIELD}` beside it, of the row that the parent's row was asked for with;
 * and `{incremental.startValue}`, `{incremental.endValue}`.
 */
export interface RestResource<N extends string = string> extends ResourceSettings<JsonObject> {
  readonly name: N;
  /** Below `baseUrl`. @default '/' and the name */
  readonly path?: string;
  /** A POST or PUT is taken for a query, which may be sent again. @default 'GET' */
  readonly method?: 'GET' | 'POST' | 'PUT';
  /** Query parameters; plain ones can be bound: `bind({ posts: { state: 'open' } })`. */
  readonly params?: QueryParams;
  readonly headers?: HttpOptions['headers'];
  /** The body of a POST or PUT. */
  readonly json?: Readonly<Record<string, unknown>>;
  /** The rows of an answer: a field, a dotted field, a JSONPath, whose matches are the rows, those of a list its elements; `$` the whole answer. @default the answer, or its only field that is a list; the answer where the path ends in a placeholder, which means one object */
  readonly data?: string;
  /** @default the source's, else 'auto' */
  readonly paginate?: RestPaginate;
  readonly incremental?: RestIncremental;
  /** Fields of the parent's row to put into each row, as `_PARENT_FIELD`. */
  readonly includeFromParent?: readonly string[];
  /** Of a child: for how many rows of the parent it is asked at once. Their order stays. @default 1 */
  readonly parallel?: number;
  /** Statuses that mean "no rows", such as 204, or 404 for a parent that was deleted meanwhile. @default none */
  readonly emptyOn?: readonly number[];
  /** What to do about answers by status and content: `ignore`, `raise` or `retry`; before the source's `http.check`. @default none */
  readonly responseActions?: ResponseActions;
  /** Whether a run without `withResources` loads it. @default true */
  readonly selected?: boolean;
}

/** What resources have unless they say otherwise; `params` and `headers` are joined. */
export type RestDefaults = Partial<
  Pick<
    RestResource,
    | 'primaryKey'
    | 'writeDisposition'
    | 'params'
    | 'headers'
    | 'data'
    | 'paginate'
    | 'maxTableNesting'
    | 'schemaContract'
    | 'emptyOn'
    | 'responseActions'
    | 'parallel'
  >
>;

/** Options of {@link restSource}; what depends on config is a function of it. */
export interface RestSourceOptions<C extends z.ZodObject, N extends string> extends SourceSettings {
  readonly name: string;
  /** Where config is looked up. @default the name */
  readonly section?: string;
  /** A zod object; secrets are `secret(z.string())`, dates `instant()`. @default none */
  readonly config?: C;
  readonly baseUrl: string | ((config: z.output<C>) => string);
  readonly auth?: HttpAuth | ((config: z.output<C>) => HttpAuth | undefined);
  /** Further HTTP settings: rate limits, `check`, retries. */
  readonly http?: Omit<HttpOptions, 'baseUrl' | 'auth'>;
  readonly defaults?: RestDefaults;
  readonly resources: readonly RestResource<N>[] | ((config: z.output<C>) => readonly RestResource<N>[]);
}
