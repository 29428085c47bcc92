import { checkOptions, flag, object, text } from '../options';
import { bodyReader, goingBy } from './body-path';
import { field, pagePlace } from './option-checks';
import { type PagePlace, pageParams } from './page-place';
import { endWithout } from './plainly-more';
import type { NextPage } from './types';
import { unexpectedBody } from './unexpected-body';

export interface CursorPagesOptions {
  /** Where an answer holds the cursor of the next page: a field, a dotted field or a JSONPath (`$.data[-1].id`). */
  readonly cursor: string;
  /** The parameter that takes it. */
  readonly param: string;
  /** @default 'query' */
  readonly in?: PagePlace;
  /** A field that is false on the last page, whatever the cursor says. With it, every other page must have a cursor. */
  readonly hasMore?: string;
  /** Whether every page has the cursor, null or empty on the last one: a page without it fails. @default false */
  readonly required?: boolean;
}

const checks = object<CursorPagesOptions>(
  { cursor: field, param: text, in: pagePlace, hasMore: field, required: flag },
  { required: ['cursor', 'param'] },
);

/**
 * Sends the cursor of each answer with the next request. The chain ends where the cursor is null, empty or absent, or,
 * with `hasMore`, on the page where that field is false. Without `hasMore`, a cursor that no page of a run had is warned of, and
 * one that is absent where the answer says plainly, in another field, that more is to come, fails: it may be misspelt.
 *
 * @throws CONFIG_INVALID for an option that doesn't exist or isn't accepted; HTTP_UNEXPECTED_BODY where `hasMore` is missing, or
 * true without a cursor; where a `required` cursor is missing; where the cursor is neither text nor a number
 * @example next: cursorPages({ cursor: 'meta.next_token', param: 'next_token' })
 * @example next: cursorPages({ cursor: '$.data[-1].id', param: 'starting_after', hasMore: 'has_more' })
 */
export function cursorPages(options: CursorPagesOptions): NextPage {
  checkOptions('cursorPages', options, checks);
  const { cursor, param, in: place = 'query', hasMore, required = false } = options;
  const readCursor = bodyReader(cursor);
  const readMore = hasMore === undefined ? undefined : bodyReader(hasMore);
  const next: NextPage = (answer) => {
    if (readMore !== undefined) {
      const more = readMore(answer.body);
      if (typeof more !== 'boolean')
        throw unexpectedBody(answer, `has no "${hasMore}" that is true or false`);
      if (!more) return undefined;
    }
    const value = readCursor(answer.body);
    if (value === undefined && readMore === undefined) return endWithout(cursor, answer, required);
    if (value === null || value === undefined || value === '') {
      if (readMore === undefined) return undefined;
      throw unexpectedBody(
        answer,
        `has no cursor in "${cursor}", though "${hasMore}" says that more is to come`,
      );
    }
    if (typeof value === 'bigint') return pageParams({ [param]: String(value) }, place);
    if (typeof value !== 'string' && typeof value !== 'number')
      throw unexpectedBody(
        answer,
        `has in "${cursor}" neither text nor a number, which could be sent as "${param}"`,
      );
    return pageParams({ [param]: value }, place);
  };
  return readMore === undefined ? goingBy(cursor, readCursor, next) : next;
}
