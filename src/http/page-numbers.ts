import { TidemarkError } from '../errors';
import { anything, checkOptions, flag, object, satisfying, text } from '../options';
import { bodyReader, moreReader, rowsReader } from './body-path';
import { field, pagePlace } from './option-checks';
import {
  checkParams,
  checkSize,
  countIn,
  counting,
  type PagePlace,
  pageParams,
  requestedNumber,
} from './page-place';
import type { NextPage } from './types';
import { unexpectedBody } from './unexpected-body';

export interface PageNumbersOptions {
  /** In the JSON body also a field within objects of it, `paging.page`. @default 'page' */
  readonly param?: string;
  /** The number of the first page. @default 1 */
  readonly first?: number;
  /** Where an answer says how many pages there are: a field, a dotted field or a JSONPath. */
  readonly total?: string;
  /** A field that is false on the last page: then a page with few rows, or none, isn't taken for it. @default by the rows that came */
  readonly hasMore?: string;
  /** The number of the last page that is asked for: the chain ends there, whatever the answers say. @default no limit */
  readonly maximumPage?: number;
  /** The list of rows. @default in a restSource what its `data` names; else the body, or its only field that is a list */
  readonly rows?: string;
  /** Rows of a full page, if that is certain: a page with fewer is the last. @default the chain ends with an empty page */
  readonly pageSize?: number;
  /** The parameter to send `pageSize` with. @default it isn't sent */
  readonly pageSizeParam?: string;
  /** @default 'query' */
  readonly in?: PagePlace;
  /** Whether pages may rightly be the same, byte by byte. @default false: one that came before in the chain fails */
  readonly mayRepeat?: boolean;
}

const checks = object<PageNumbersOptions>({
  param: text,
  first: satisfying('a whole number', Number.isSafeInteger),
  total: field,
  hasMore: field,
  maximumPage: satisfying('a whole number', Number.isSafeInteger),
  rows: field,
  pageSize: anything,
  pageSizeParam: text,
  in: pagePlace,
  mayRepeat: flag,
});

/**
 * Counts pages up. The chain ends with the last page by `total` or `hasMore`; without them with a page of fewer rows than
 * `pageSize`; without that with an empty page; and in any case with the page `maximumPage`.
 *
 * @throws CONFIG_INVALID for an option that doesn't exist or isn't accepted; HTTP_UNEXPECTED_BODY for a page that came before in
 * the chain; where `total` is missing from an answer, or there is no list of rows to count
 * @example next: pageNumbers({ total: 'meta.pages' })
 */
export function pageNumbers(options: PageNumbersOptions = {}): NextPage {
  checkOptions('pageNumbers', options, checks);
  const { param = 'page', first = 1, total, pageSize, pageSizeParam, in: place = 'query' } = options;
  checkSize('pageSize', pageSize);
  checkParams('pageNumbers', place, [param, ...(pageSizeParam === undefined ? [] : [pageSizeParam])]);
  const { mayRepeat = false, maximumPage = Number.POSITIVE_INFINITY } = options;
  if (maximumPage < first)
    throw new TidemarkError(
      'CONFIG_INVALID',
      `pageNumbers: "maximumPage" is "${maximumPage}", and the first page is "${first}"; write the number of the last page that is asked for.`,
    );
  const rowsOf = rowsReader(options.rows);
  const readTotal = total === undefined ? undefined : bodyReader(total);
  const hasNext = options.hasMore === undefined ? undefined : moreReader(options.hasMore);
  const size = pageSizeParam === undefined || pageSize === undefined ? {} : { [pageSizeParam]: pageSize };
  const start = pageParams({ [param]: first, ...size }, place);
  return counting({ first: start, mayRepeat }, (answer) => {
    const page = requestedNumber(answer, param, place, first);
    if (page >= maximumPage || hasNext?.(answer) === false) return undefined;
    if (readTotal === undefined) {
      if (hasNext === undefined && rowsOf(answer).length < (pageSize ?? 1)) return undefined;
    } else {
      const pages = countIn(readTotal(answer.body));
      if (pages === undefined) throw unexpectedBody(answer, `has no number of pages in "${total}"`);
      if (page - first + 1 >= pages) return undefined;
    }
    return pageParams({ [param]: page + 1, ...size }, place, answer.asked.json);
  });
}
