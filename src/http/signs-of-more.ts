import { isRecord } from '../value';
import { bodyReader } from './body-path';

/** A field of an answer that says how its chain goes on. */
export interface Sign {
  readonly path: string;
  readonly value: unknown;
}

/** Fields that may say so, of paths divided by spaces. */
export const signFields = (paths: string): readonly { path: string; read: (body: unknown) => unknown }[] =>
  paths.split(/\s+/).map((path) => ({ path, read: bodyReader(path) }));

/** Where APIs are known to put the address of the next page. */
const LINKS = signFields(
  'next next_page next_url next_page_url nextLink nextPageUrl nextRecordsUrl @odata.nextLink odata.nextLink links.next ' +
    'links.next.href _links.next _links.next.href paging.next paging.next.link pagination.next pagination.next_url ' +
    'pagination.next_page pagination.links.next meta.next meta.next_page_url meta.links.next info.next page.next',
);

/** Fields that are true where more is to come, under names that hardly mean anything else. */
const FLAGS = signFields(
  'has_more hasMore has_next hasNext has_next_page hasNextPage has_more_items hasMoreItems more_items_in_collection ' +
    'meta.has_more meta.has_next pagination.has_more pagination.hasMore pagination.has_next pagination.has_next_page ' +
    'paging.has_more paging.has_next page.has_more pageInfo.hasNextPage page_info.has_next_page',
);

const isAddress = (value: unknown): value is string =>
  typeof value === 'string' &&
  /^(https?:\/\/|\/|\?)/i.test(value) &&
  URL.canParse(value, 'https://base.example');

/** The signs among these fields that an answer has, in the order of the fields. */
export function signsIn(body: unknown, fields: ReturnType<typeof signFields>): readonly Sign[] {
  if (!isRecord(body)) return [];
  return fields.flatMap(({ path, read }) => {
    const value = read(body);
    return value === undefined ? [] : [{ path, value }];
  });
}

export const linkSigns = (body: unknown): readonly Sign[] => signsIn(body, LINKS);
export const flagSigns = (body: unknown): readonly Sign[] => signsIn(body, FLAGS);

/** The address of the next page in a field that is known to hold it; undefined if there is none. */
export function addressSign(body: unknown): (Sign & { readonly value: string }) | undefined {
  const found = linkSigns(body).find(({ value }) => isAddress(value));
  return found && { path: found.path, value: String(found.value) };
}
