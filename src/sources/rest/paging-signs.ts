import {
  countIn,
  flagSigns,
  linkSigns,
  linkTo,
  type PageAnswer,
  type Sign,
  signFields,
  signsIn,
} from '../../http';
import { isRecord } from '../../value';

/** Numbers of the next page, by their names. */
const NEXT_NUMBERS = signFields(
  'next_page nextPage next_page_number nextPageNumber pagination.next_page pagination.nextPage meta.next_page meta.nextPage paging.next_page page.next_page',
);

/** True where more is to come; names that may mean something else in one object, not beside a list of rows. */
const MORE = signFields('more truncated isTruncated is_truncated IsTruncated meta.more pagination.more');

/** False where more is to come. */
const LAST = signFields(
  'isLast is_last last isLastPage is_last_page lastPage end_of_stream endOfStream meta.is_last page.last pagination.is_last',
);

/** Cursors of the next page. */
const NEXT_CURSORS = signFields(
  'next_cursor nextCursor next_page_token nextPageToken next_token nextToken NextToken next_page_id cursors.next ' +
    'cursors.after meta.next_token meta.next_cursor meta.nextCursor meta.cursors.next meta.cursors.after page.next_cursor ' +
    'page.nextCursor page.next_token pages.next_cursor pagination.next_cursor pagination.nextCursor pagination.next_token ' +
    'paging.next_cursor paging.nextCursor paging.cursors.after pageInfo.nextCursor response_metadata.next_cursor continuationToken ' +
    'continuation_token ContinuationToken NextContinuationToken NextMarker',
);

/** Cursors whose names don't say of which page. */
const CURSORS = signFields(
  'cursor page.cursor pagination.cursor paging.cursor meta.cursor scroll_id _scroll_id',
);

/** Counts of pages. */
const PAGES = signFields(
  'total_pages totalPages TotalPages page_count pageCount num_pages numPages pages last_page lastPage meta.total_pages ' +
    'meta.totalPages meta.pages meta.last_page meta.lastPage meta.page_count meta.pageCount pagination.total_pages ' +
    'pagination.totalPages pagination.pages pagination.last_page pagination.page_count page.total_pages page.totalPages ' +
    'paging.total_pages paging.totalPages paging.pages pages.total_pages info.pages info.total_pages',
);

/** Counts of rows. */
const ROWS = signFields(
  'total total_count totalCount TotalCount total_results totalResults total_items totalItems total_records totalRecords ' +
    'total_rows totalElements count @odata.count meta.total meta.total_count meta.totalCount meta.count pagination.total ' +
    'pagination.total_count pagination.totalCount pagination.total_items pagination.count page.total page.totalElements ' +
    'paging.total paging.total_count info.total info.count',
);

/** The number of this page. */
const PAGE = signFields(
  'page current_page currentPage page_number pageNumber number meta.page meta.current_page meta.currentPage ' +
    'pagination.page pagination.current_page pagination.currentPage page.number page.current paging.page info.page',
);

/** Rows before this page. */
const OFFSET = signFields(
  'offset skip start startAt start_at from meta.offset meta.skip pagination.offset pagination.skip paging.offset page.offset',
);

const OFFSET_PARAMS = ['offset', 'skip', 'start', 'startAt', 'start_at', 'from', '$skip'];
const PAGE_PARAMS = ['page', 'page_number', 'pageNumber', 'p'];

const isNothing = (value: unknown): boolean => value === null || value === '' || value === false;
const isSomething = (value: unknown): boolean =>
  value === true ||
  typeof value === 'number' ||
  typeof value === 'bigint' ||
  (typeof value === 'string' && value !== '');

const numberIn = (body: unknown, fields: typeof PAGE): { path: string; value: number } | undefined => {
  for (const { path, value } of signsIn(body, fields)) {
    const number = countIn(value);
    if (number !== undefined) return { path, value: number };
  }
  return undefined;
};

function requested({ asked }: PageAnswer, names: readonly string[]): number | undefined {
  const { searchParams } = new URL(asked.url);
  for (const name of names) {
    const number = countIn(searchParams.get(name) ?? undefined);
    if (number !== undefined) return number;
  }
  return undefined;
}

/** The number of the next page, where an answer gives it: in `X-Next-Page`, or in a field of that name. */
export function nextNumber({ body, headers }: PageAnswer): number | undefined {
  return countIn(headers['x-next-page']) ?? numberIn(body, NEXT_NUMBERS)?.value;
}

/** More that is to come: where an answer says so, and the paginator that may ask for it. */
export interface MoreToCome {
  readonly path: string;
  readonly paginate: string;
}

const cursorOf = (path: string, flag?: string): string =>
  `cursorPages({ cursor: '${path}', param: '…'${flag === undefined ? '' : `, hasMore: '${flag}'`} })`;

/**
 * What a flag or a cursor says of more to come; false if it says that this was the last page, undefined for nothing.
 *
 * @param isRow whether the answer is a row itself: then only names that hardly mean anything else count
 */
export function toldMore(answer: PageAnswer, isRow: boolean): MoreToCome | false | undefined {
  const { body, headers } = answer;
  const cursors = signsIn(body, NEXT_CURSORS);
  const cursor = cursors.find(({ value }) => isSomething(value));
  const says = (fields: readonly Sign[], value: boolean): Sign | undefined =>
    fields.find((sign) => sign.value === value);
  const flags = flagSigns(body);
  const weak = isRow ? [] : signsIn(body, MORE);
  const last = isRow ? [] : signsIn(body, LAST);
  const more = says(flags, true) ?? says(weak, true);
  const notLast = says(last, false);
  const flag = more ?? notLast;
  if (flag !== undefined) {
    const hasMore = more?.path;
    if (cursor !== undefined) return { path: flag.path, paginate: cursorOf(cursor.path, hasMore) };
    const named = signsIn(body, CURSORS).find(({ value }) => isSomething(value));
    const other =
      named === undefined
        ? `pageNumbers(), offsetPages({ limit: … }) or ${cursorOf('$.data[-1].id', hasMore)}`
        : cursorOf(named.path, hasMore);
    return { path: flag.path, paginate: other };
  }
  const header = headers['x-next-page'];
  if (header !== undefined && header !== '')
    return { path: 'X-Next-Page', paginate: 'pageNumbers(), with "in: \'json\'" for a POST' };
  const number = numberIn(body, NEXT_NUMBERS);
  if (number !== undefined) return { path: number.path, paginate: "pageNumbers({ in: 'json' })" };
  const link = linkSigns(body).find(({ value }) => isSomething(value));
  if (link !== undefined)
    return { path: link.path, paginate: `nextLink('${link.path}') or ${cursorOf(link.path)}` };
  if (says(flags, false) ?? says(last, true)) return false;
  if (cursor !== undefined) return { path: cursor.path, paginate: cursorOf(cursor.path) };
  const ended = [...linkSigns(body), ...signsIn(body, NEXT_NUMBERS), ...cursors];
  if (ended.some(({ value }) => isNothing(value)) || header !== undefined) return false;
  if (['prev', 'first'].some((rel) => linkTo(answer, rel) !== undefined)) return false;
  if (isRow) return undefined;
  const unnamed = signsIn(body, CURSORS).find(({ value }) => isSomething(value) && value !== true);
  if (unnamed !== undefined) return { path: unnamed.path, paginate: cursorOf(unnamed.path) };
  const offset = isRecord(body) ? body['offset'] : undefined;
  if (typeof offset === 'string' && offset !== '' && countIn(offset) === undefined)
    return { path: 'offset', paginate: cursorOf('offset') };
  return undefined;
}

/** What the counts of an answer with so many rows say of more to come. */
export function countedMore(answer: PageAnswer, rows: number): MoreToCome | undefined {
  const { body, headers } = answer;
  const page = numberIn(body, PAGE)?.value ?? requested(answer, PAGE_PARAMS);
  const pagesHeader = countIn(headers['x-total-pages']) ?? countIn(headers['x-wp-totalpages']);
  const pages = numberIn(body, PAGES) ?? counted('X-Total-Pages', pagesHeader);
  if (pages !== undefined && (page === 0 ? 1 : (page ?? 1)) < pages.value) {
    const options = [page === 0 ? 'first: 0' : '', pagesHeader === undefined ? `total: '${pages.path}'` : ''];
    const given = options.filter((option) => option !== '').join(', ');
    return { path: pages.path, paginate: `pageNumbers(${given === '' ? '' : `{ ${given} }`})` };
  }
  // the last of so many pages: how many rows there are in all says no more
  if (pages !== undefined) return undefined;
  const rowsHeader = countIn(headers['x-total-count']) ?? countIn(headers['x-total']);
  const total = numberIn(body, ROWS) ?? counted('X-Total-Count', rowsHeader);
  if (total === undefined) return undefined;
  const offset = numberIn(body, OFFSET)?.value ?? requested(answer, OFFSET_PARAMS);
  const before = offset ?? Math.max(0, (page ?? 1) - 1) * rows;
  if (before + rows >= total.value) return undefined;
  const limit = Math.max(rows, 1);
  const options = rowsHeader === undefined ? `limit: ${limit}, total: '${total.path}'` : `limit: ${limit}`;
  return {
    path: total.path,
    paginate: page === undefined || offset !== undefined ? `offsetPages({ ${options} })` : 'pageNumbers()',
  };
}

const counted = (path: string, value: number | undefined): { path: string; value: number } | undefined =>
  value === undefined ? undefined : { path, value };
