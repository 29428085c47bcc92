import { shown, TidemarkError } from '../errors';
import { parseCursorPath } from '../incremental';
import { isRecord } from '../value';
import type { NextPage, PageAnswer } from './types';
import { unexpectedBody } from './unexpected-body';

/** Reads a place of a body, undefined where there is nothing. */
type BodyReader = (body: unknown) => unknown;

/**
 * The reader of a field (`next_page`), a field within a field (`paging.next`) or a JSONPath whose first match counts
 * (`$.data[-1].id`).
 *
 * @throws SOURCE_INVALID where it is none of these
 */
export function bodyReader(path: string): BodyReader {
  try {
    const { read } = parseCursorPath(path);
    // a field may have a dot in its own name: "@odata.nextLink"
    return (body) => (isRecord(body) && Object.hasOwn(body, path) ? body[path] : read(body));
  } catch (cause) {
    throw new TidemarkError(
      'SOURCE_INVALID',
      `"${shown(path)}" is neither a field of an answer nor a JSONPath; write "next_page", "paging.next" or "$.data[-1].id".`,
      { cause, details: { path } },
    );
  }
}

/**
 * The reader of a flag that says whether more is to come.
 *
 * @throws SOURCE_INVALID as `bodyReader`; the function throws HTTP_UNEXPECTED_BODY where the flag isn't there
 */
export function moreReader(path: string): (answer: PageAnswer) => boolean {
  const read = bodyReader(path);
  return (answer) => {
    const more = read(answer.body);
    if (typeof more === 'boolean') return more;
    throw unexpectedBody(answer, `has no "${path}" that is true or false`);
  };
}

/** A paginator that says which field it goes by. */
export const goingBy = (path: string, read: BodyReader, next: NextPage): NextPage =>
  Object.assign(next, { field: { path, isIn: ({ body }: PageAnswer) => read(body) !== undefined } });

/** The one list of a body: the body itself, or its only field that is a list. */
function onlyList(body: unknown): readonly unknown[] | undefined {
  if (Array.isArray(body)) return body;
  if (!isRecord(body)) return undefined;
  const lists = Object.values(body).filter((value) => Array.isArray(value));
  return lists.length === 1 ? lists[0] : undefined;
}

/**
 * The list of rows in an answer: at a path, else those that are known, else the body itself or its only field that is a list.
 *
 * @throws HTTP_UNEXPECTED_BODY where there is no such list, or more than one
 */
export function rowsReader(path: string | undefined): (answer: PageAnswer) => readonly unknown[] {
  const read: BodyReader = path === undefined ? onlyList : bodyReader(path);
  return (answer) => {
    if (path === undefined && answer.rows !== undefined) return answer.rows;
    const rows = read(answer.body);
    if (Array.isArray(rows)) return rows;
    throw unexpectedBody(
      answer,
      path === undefined
        ? 'has not exactly one list of rows; say which with "rows"'
        : `has no list "${path}"`,
    );
  };
}
