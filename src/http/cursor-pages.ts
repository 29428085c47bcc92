import { checkOptions, either, flag, object, text } from '../options';
import { bodyReader, goingBy, moreReader } from './body-path';
import { field, pagePlace } from './option-checks';
import { checkParams, type PagePlace, pageParams } from './page-place';
import { endWithout } from './plainly-more';
import type { NextPage, PageAnswer } from './types';
import { unexpectedBody } from './unexpected-body';

export interface CursorPagesOptions {
  /** Where an answer holds the cursor of the next page: a field, a dotted field, a JSONPath (`$.data[-1].id`), or a header. */
  readonly cursor: string | { readonly header: string };
  /** The parameter that takes it; in the JSON body also a field within objects of it, `pagination.cursor`. */
  readonly param: string;
  /** @default 'query' */
  readonly in?: PagePlace;
  /** A field that is false on the last page, whatever the cursor says. With it, every other page must have a cursor. */
  readonly hasMore?: string;
  /** Whether every page has the cursor, null or empty on the last one: a page without it fails. @default false */
  readonly required?: boolean;
}

const checks = object<CursorPagesOptions>(
  {
    cursor: either(field, object<{ header: string }>({ header: text }, { required: ['header'] })),
    param: text,
    in: pagePlace,
    hasMore: field,
    required: flag,
  },
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
 * @example next: cursorPages({ cursor: 'pageInfo.endCursor', param: 'variables.after', in: 'json', hasMore: 'pageInfo.hasNextPage' })
 * @example next: cursorPages({ cursor: { header: 'X-Next-Cursor' }, param: 'cursor' })
 * @example next: cursorPages({ cursor: '$.data[-1].id', param: 'starting_after', hasMore: 'has_more' })
 */
export function cursorPages(options: CursorPagesOptions): NextPage {
  checkOptions('cursorPages', options, checks);
  const { cursor, param, in: place = 'query', hasMore, required = false } = options;
  checkParams('cursorPages', place, [param]);
  const readBody = typeof cursor === 'string' ? bodyReader(cursor) : undefined;
  const readCursor =
    typeof cursor === 'string'
      ? ({ body }: PageAnswer): unknown => readBody?.(body)
      : ({ headers }: PageAnswer): unknown => headers[cursor.header.toLowerCase()];
  const where = typeof cursor === 'string' ? `"${cursor}"` : `header "${cursor.header}"`;
  const hasNext = hasMore === undefined ? undefined : moreReader(hasMore);
  const next: NextPage = (answer) => {
    if (hasNext?.(answer) === false) return undefined;
    const value = readCursor(answer);
    if (value === undefined && hasNext === undefined) return endWithout(where, answer, required);
    if (value === null || value === undefined || value === '') {
      if (hasNext === undefined) return undefined;
      throw unexpectedBody(
        answer,
        `has no cursor in ${where}, though "${hasMore}" says that more is to come`,
      );
    }
    const { json } = answer.asked;
    if (typeof value === 'bigint') return pageParams({ [param]: String(value) }, place, json);
    if (typeof value !== 'string' && typeof value !== 'number')
      throw unexpectedBody(
        answer,
        `has in ${where} neither text nor a number, which could be sent as "${param}"`,
      );
    return pageParams({ [param]: value }, place, json);
  };
  return typeof cursor === 'string' && readBody !== undefined && hasNext === undefined
    ? goingBy(cursor, readBody, next)
    : next;
}
