import { anything, checkOptions, flag, object, text, wholeNumber } from '../options';
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

export interface OffsetPagesOptions {
  /** Rows a page; sent with every request. */
  readonly limit: number;
  /** In the JSON body also a field within objects of it, `page.from`; so is `limitParam`. @default 'offset' */
  readonly offsetParam?: string;
  /** @default 'limit' */
  readonly limitParam?: string;
  /** Where an answer says how many rows there are in all: a field, a dotted field or a JSONPath. @default the chain ends with an empty page */
  readonly total?: string;
  /** A field that is false on the last page. @default by the rows that came */
  readonly hasMore?: string;
  /** The largest offset that is asked for: the chain ends there, whatever the answers say. @default no limit */
  readonly maximumOffset?: number;
  /** The list of rows. @default in a restSource what its `data` names; else the body, or its only field that is a list */
  readonly rows?: string;
  /** @default 'query' */
  readonly in?: PagePlace;
  /** Whether pages may rightly be the same, byte by byte. @default false: one that came before in the chain fails */
  readonly mayRepeat?: boolean;
}

const checks = object<OffsetPagesOptions>(
  {
    limit: anything,
    offsetParam: text,
    limitParam: text,
    total: field,
    hasMore: field,
    maximumOffset: wholeNumber(0),
    rows: field,
    in: pagePlace,
    mayRepeat: flag,
  },
  { required: ['limit'] },
);

/**
 * Asks from the row after the last one that came, until an empty page, until `total` rows came, until `hasMore` is false, or up
 * to `maximumOffset`.
 *
 * The offset grows by the rows that came and not by `limit`, and a short page isn't taken for the last: an API that gives
 * fewer rows at once than it was asked for would lose some otherwise. Rows that are deleted while the chain is under way
 * move those behind them forward, as always with offsets: some may be missed. Where the API has a cursor, prefer it.
 *
 * @throws CONFIG_INVALID for an option that doesn't exist or isn't accepted; HTTP_UNEXPECTED_BODY for a page that came before in
 * the chain; where there is no list of rows or no `total`, or no rows though `total` promises them
 * @example next: offsetPages({ limit: 100, total: 'meta.total' })
 */
export function offsetPages(options: OffsetPagesOptions): NextPage {
  checkOptions('offsetPages', options, checks);
  const { limit, offsetParam = 'offset', limitParam = 'limit', total, in: place = 'query' } = options;
  checkSize('limit', limit);
  checkParams('offsetPages', place, [offsetParam, limitParam]);
  const { mayRepeat = false, maximumOffset = Number.POSITIVE_INFINITY } = options;
  const rowsOf = rowsReader(options.rows);
  const readTotal = total === undefined ? undefined : bodyReader(total);
  const hasNext = options.hasMore === undefined ? undefined : moreReader(options.hasMore);
  const start = pageParams({ [offsetParam]: 0, [limitParam]: limit }, place);
  return counting({ first: start, mayRepeat }, (answer) => {
    const offset = requestedNumber(answer, offsetParam, place, 0);
    const count = rowsOf(answer).length;
    const next = offset + count;
    if (hasNext?.(answer) === false) return undefined;
    if (readTotal === undefined) {
      if (count === 0 && hasNext === undefined) return undefined;
      if (count === 0)
        throw unexpectedBody(
          answer,
          `has no rows at offset ${offset}, though "${options.hasMore}" says that more is to come`,
        );
    } else {
      const all = countIn(readTotal(answer.body));
      if (all === undefined) throw unexpectedBody(answer, `has no number of rows in "${total}"`);
      if (next >= all) return undefined;
      if (count === 0)
        throw unexpectedBody(answer, `has no rows at offset ${offset}, though "${total}" promises ${all}`);
    }
    if (next > maximumOffset) return undefined;
    return pageParams({ [offsetParam]: next, [limitParam]: limit }, place, answer.asked.json);
  });
}
