import { TidemarkError } from '../../errors';
import { bodyReader, linkTo, type NextPage, unexpectedBody } from '../../http';
import { isRecord } from '../../value';

/** Where APIs are known to put the address of the next page. */
const LINKS = (
  'next next_page next_url next_page_url nextLink @odata.nextLink links.next links.next.href ' +
  '_links.next _links.next.href paging.next pagination.next meta.next info.next'
).split(' ');

/** Where APIs are known to say that there is more, without its address. */
const MORE = (
  'has_more hasMore has_next next_cursor nextCursor next_page_token nextPageToken next_token ' +
  'meta.next_token meta.next_cursor pagination.next_cursor paging.cursors.after ' +
  'response_metadata.next_cursor'
).split(' ');

const readers = (paths: readonly string[]) => paths.map((path) => ({ path, read: bodyReader(path) }));
const linkReaders = readers(LINKS);
const moreReaders = readers(MORE);

const isAddress = (value: unknown): value is string =>
  typeof value === 'string' && /^(https?:\/\/|\/|\?)/i.test(value);
const saysMore = (value: unknown): boolean =>
  value === true || typeof value === 'number' || (typeof value === 'string' && value !== '');

/**
 * Follows the link to the next page where an answer has one, in its `Link` header or in one of the fields that APIs use
 * for it. An answer that says in another way that there is more is refused, so that the rest is not silently left out.
 *
 * @throws HTTP_UNEXPECTED_BODY naming the field and the paginators
 */
export const autoPages: NextPage = (answer) => {
  const header = linkTo(answer, 'next');
  if (header !== undefined) return { url: header };
  const { body, url } = answer;
  if (!isRecord(body)) return undefined;
  for (const { read } of linkReaders) {
    const value = read(body);
    if (isAddress(value)) return { url: new URL(value, url).href };
  }
  const more = [...linkReaders, ...moreReaders].find(({ read }) => saysMore(read(body)));
  if (more === undefined) return undefined;
  const { message, details } = unexpectedBody(
    answer,
    `says in "${more.path}" that more is to come, but not in a way that is known here`,
  );
  throw new TidemarkError(
    'HTTP_UNEXPECTED_BODY',
    `${message} Set "paginate": nextLink, cursorPages, offsetPages or pageNumbers; 'single' if there is one page only.`,
    { details },
  );
};
