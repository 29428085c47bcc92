import { isTidemarkError } from '../../errors';
import { type Http, type NextPage, type QueryParams, unexpectedBody } from '../../http';
import { TOO_MUCH_DATA } from './graph-errors';

interface GraphPage {
  readonly data?: readonly unknown[];
  readonly paging?: { readonly cursors?: { readonly after?: string }; readonly next?: string };
}

interface GraphPagesOptions {
  readonly http: Http;
  readonly path: string;
  readonly params: QueryParams;
  readonly pageSize: number;
}

const SMALLEST_PAGE = 5;

/** Pages by cursor, not by the link, which contains the access token. Whether there is a next page is known by the link. */
const nextAfter: NextPage = (answer) => {
  const { paging } = answer.body as GraphPage;
  if (paging?.next === undefined) return undefined;
  const after = paging.cursors?.after;
  if (after === undefined)
    throw unexpectedBody(answer, 'has a "paging.next", but no cursor in "paging.cursors.after"');
  return { params: { after } };
};

/**
 * The rows of an edge, page by page. Where the API says that a page is too much for it, the page is asked for again with
 * half the rows, and so are those after it.
 */
export async function* graphPages({
  http,
  path,
  params,
  pageSize,
}: GraphPagesOptions): AsyncGenerator<readonly unknown[], void, void> {
  let after: string | undefined;
  for (let limit = pageSize; ; limit = Math.max(SMALLEST_PAGE, Math.floor(limit / 2))) {
    try {
      const pages = http.pages<GraphPage>(path, { params: { ...params, limit, after }, next: nextAfter });
      for await (const page of pages) {
        if (!Array.isArray(page.data)) throw unexpectedBody({ body: page, url: path }, 'has no list "data"');
        yield page.data;
        after = page.paging?.cursors?.after;
      }
      return;
    } catch (error) {
      if (!isTidemarkError(error) || error.details['reason'] !== TOO_MUCH_DATA || limit <= SMALLEST_PAGE)
        throw error;
    }
  }
}
