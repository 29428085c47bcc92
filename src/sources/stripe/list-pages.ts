import { TidemarkError } from '../../errors';
import { cursorPages, type Http, type JsonObject, type QueryParams, unexpectedBody } from '../../http';

/** The most that the API gives at once. */
const LIMIT = 100;

/** An object of the API. */
export type StripeObject = JsonObject & { readonly id: string; readonly object: string };

interface ListPage {
  readonly objects: readonly StripeObject[];
  /** The id after which the next page begins; undefined for the last page. */
  readonly last: string | undefined;
}

interface ListBody extends JsonObject {
  readonly data: readonly StripeObject[];
  readonly has_more: boolean;
}

interface ListOptions {
  readonly params?: QueryParams | undefined;
  /** The id after which the list begins. */
  readonly after?: string | undefined;
  /** Set where objects go only by age, as events do: behind one that is gone there is nothing more. @default false */
  readonly expires?: boolean | undefined;
}

/**
 * A list, page by page, newest first.
 *
 * The next page is asked for by the id of the last object. Where that one was deleted meanwhile, which Stripe refuses, the
 * list goes on behind the object before it, and begins again where all of a page are gone: then some come twice.
 */
export async function* listPages(
  http: Http,
  path: string,
  { params, after, expires = false }: ListOptions = {},
): AsyncGenerator<ListPage, void, void> {
  // the ids behind which the list may go on, best last
  let known = after === undefined ? [] : [after];
  for (;;) {
    const from = known.at(-1);
    try {
      for await (const page of pagesBehind(http, path, { ...params, starting_after: from })) {
        known = page.objects.map(({ id }) => id);
        yield page;
      }
      return;
    } catch (error) {
      const last = known.at(-1);
      if (last === undefined || !(await isGone(http, path, { ...params, starting_after: last }, error)))
        throw error;
      if (expires) return;
      known = known.slice(0, -1);
    }
  }
}

async function* pagesBehind(
  http: Http,
  path: string,
  params: QueryParams,
): AsyncGenerator<ListPage, void, void> {
  const pages = http.pages<ListBody>(path, {
    params: { limit: LIMIT, ...params },
    next: cursorPages({ cursor: '$.data[-1].id', param: 'starting_after', hasMore: 'has_more' }),
  });
  for await (const page of pages) {
    if (!Array.isArray(page.data)) throw unexpectedBody({ body: page, url: path }, 'has no list "data"');
    yield { objects: page.data, last: page.has_more ? page.data.at(-1)?.id : undefined };
  }
}

const REFUSALS: readonly unknown[] = [400, 404];

interface Refusal {
  readonly error?: { readonly code?: string; readonly param?: string };
}

/** Whether a list failed since it doesn't know the object that it was to go on behind: asked again, it says so. */
async function isGone(http: Http, path: string, params: QueryParams, failure: unknown): Promise<boolean> {
  if (!(failure instanceof TidemarkError) || !REFUSALS.includes(failure.details['status'])) return false;
  const { body } = await http.request<Refusal | undefined>({
    path,
    params: { ...params, limit: 1 },
    accept: [400, 404],
  });
  return body?.error?.code === 'resource_missing' && body.error.param === 'starting_after';
}

interface InnerList extends JsonObject {
  readonly data: readonly StripeObject[];
  readonly url: string;
}

const isCutOff = (value: unknown): value is InnerList =>
  typeof value === 'object' &&
  value !== null &&
  'has_more' in value &&
  value.has_more === true &&
  'url' in value &&
  typeof value.url === 'string' &&
  'data' in value &&
  Array.isArray(value.data);

/**
 * The object with its inner lists whole: the lines of an invoice, say, of which an answer holds only the first ten. Where the
 * object was deleted meanwhile (404), they stay as they came.
 */
export async function withWholeLists(http: Http, object: StripeObject): Promise<StripeObject> {
  const whole: StripeObject = { ...object };
  for (const [field, list] of Object.entries(object)) {
    if (!isCutOff(list)) continue;
    const data = new Map(list.data.map((one) => [one.id, one]));
    let isWhole = true;
    try {
      for await (const page of listPages(http, list.url, { after: list.data.at(-1)?.id }))
        for (const one of page.objects) data.set(one.id, one);
    } catch (error) {
      if (!(error instanceof TidemarkError) || error.details['status'] !== 404) throw error;
      isWhole = false;
    }
    whole[field] = { ...list, data: [...data.values()], has_more: !isWhole };
  }
  return whole;
}
