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

/** A list, page by page, newest first; `after` is the id after which it begins. */
export async function* listPages(
  http: Http,
  path: string,
  options: { readonly params?: QueryParams | undefined; readonly after?: string | undefined } = {},
): AsyncGenerator<ListPage, void, void> {
  const pages = http.pages<ListBody>(path, {
    params: { limit: LIMIT, ...options.params, starting_after: options.after },
    next: cursorPages({ cursor: '$.data[-1].id', param: 'starting_after', hasMore: 'has_more' }),
  });
  for await (const page of pages) {
    if (!Array.isArray(page.data)) throw unexpectedBody({ body: page, url: path }, 'has no list "data"');
    yield { objects: page.data, last: page.has_more ? page.data.at(-1)?.id : undefined };
  }
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
 * The object with its inner lists whole: the lines of an invoice, say, of which an answer holds only the first ten.
 */
export async function withWholeLists(http: Http, object: StripeObject): Promise<StripeObject> {
  const whole: StripeObject = { ...object };
  for (const [field, list] of Object.entries(object)) {
    if (!isCutOff(list)) continue;
    const data = [...list.data];
    for await (const page of listPages(http, list.url, { after: data.at(-1)?.id }))
      data.push(...page.objects);
    whole[field] = { ...list, data, has_more: false };
  }
  return whole;
}
