import { type Http, type JsonObject, type NextPage, type QueryParams, unexpectedBody } from '../../http';

/** The most that a list gives at once. */
const PER_PAGE = 100;

interface ListPage {
  readonly rows: readonly JsonObject[];
  /** The link to what follows; undefined on the last page. */
  readonly next: string | undefined;
}

interface ListBody extends JsonObject {
  readonly meta?: { readonly has_more?: boolean };
  readonly links?: { readonly next?: string | null };
  readonly next_page?: string | null;
}

/** By cursor where the list has one, which it says in `meta`; else by the number of the page. */
function linkOf({ meta, links, next_page }: ListBody): string | undefined {
  if (meta === undefined) return next_page ?? undefined;
  return meta.has_more === true ? (links?.next ?? undefined) : undefined;
}

const follow: NextPage = ({ body }) => {
  const url = linkOf(body as ListBody);
  return url === undefined ? undefined : { url };
};

/** The pages of a list such as `groups`, which isn't an export: by cursor, 100 rows each. */
export async function* listPages(
  http: Http,
  name: string,
  { params, resumeFrom }: { readonly params?: QueryParams; readonly resumeFrom?: string | undefined } = {},
): AsyncGenerator<ListPage, void, void> {
  const path = `/api/v2/${name}.json`;
  const pages = http.pages<ListBody>(resumeFrom ?? path, {
    params: resumeFrom === undefined ? { ...params, 'page[size]': PER_PAGE } : undefined,
    next: follow,
  });
  for await (const page of pages) {
    const rows = page[name];
    if (!Array.isArray(rows)) throw unexpectedBody({ body: page, url: path }, `has no list "${name}"`);
    yield { rows, next: linkOf(page) };
  }
}
