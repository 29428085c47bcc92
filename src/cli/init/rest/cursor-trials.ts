import { bodyReader, type PageAnswer, type QueryParams } from '../../../http';
import type { MoreToCome } from '../../../sources';
import { literal } from '../config-text';
import type { FoundRows } from './rows';

/** A way to ask for the page after the first. */
export interface Trial {
  readonly param: string;
  readonly params: QueryParams;
  /** The paginator that asks so. */
  readonly code: string;
}

/** Parameters that take the cursor of a field, by the field's last name in small letters without `_`. */
const BY_NAME: Readonly<Record<string, readonly string[]>> = {
  after: ['after', 'cursor'],
  next: ['cursor', 'after', 'next'],
  nextcursor: ['cursor', 'next_cursor', 'nextCursor'],
  nextpagetoken: ['page_token', 'pageToken', 'next_page_token'],
  nexttoken: ['next_token', 'nextToken', 'pagination_token', 'token'],
  nextpageid: ['page_id', 'next_page_id'],
  nextpage: ['page', 'page_token', 'cursor'],
  nextmarker: ['marker', 'Marker'],
  continuationtoken: ['continuationToken', 'continuation_token'],
  nextcontinuationtoken: ['continuation-token', 'continuationToken'],
  scrollid: ['scroll_id'],
};
/** Parameters that take the key of the last row. */
const AFTER_LAST = ['starting_after', 'after', 'after_id', 'since_id', 'last_id', 'cursor'];
const MOST = 5;

interface CursorTrialsOptions {
  readonly first: PageAnswer;
  readonly found: FoundRows;
  readonly key: string | undefined;
}

/**
 * The ways in which a cursor may be sent that an answer has: by parameters that fit its name; without one, the key of the
 * last row.
 */
export function cursorTrials(
  { first, found, key }: CursorTrialsOptions,
  { paginate }: MoreToCome,
): readonly Trial[] {
  const hasMore = /hasMore: '([^']+)'/.exec(paginate)?.[1];
  const flag = hasMore === undefined ? '' : `, hasMore: '${hasMore}'`;
  const trial = (path: string, param: string): Trial | undefined => {
    const value = bodyReader(path)(first.body);
    if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'bigint') return undefined;
    return {
      param,
      params: { [param]: typeof value === 'bigint' ? String(value) : value },
      code: `cursorPages({ cursor: ${literal(path)}, param: ${literal(param)}${flag} })`,
    };
  };
  const named = /cursor: '([^']+)'/.exec(paginate)?.[1];
  const isThere = named !== undefined && named !== '$.data[-1].id';
  const last = key === undefined ? undefined : `${lastRow(found.path)}.${key}`;
  const trials = isThere
    ? namesFor(named).map((param) => trial(named, param))
    : last === undefined || hasMore === undefined
      ? []
      : AFTER_LAST.map((param) => trial(last, param));
  return trials.filter((one) => one !== undefined).slice(0, MOST);
}

function lastRow(path: string | undefined): string {
  if (path === undefined) return '$[-1]';
  return path.startsWith('$') ? `${path}[-1]` : `$.${path}[-1]`;
}

function namesFor(path: string): readonly string[] {
  const last = path.split('.').at(-1) ?? path;
  const known = BY_NAME[last.replace(/[_-]/g, '').toLowerCase()] ?? [];
  return [...new Set([...known, last, 'cursor', 'page_token', 'after'])];
}
