import { shown, TidemarkError } from '../errors';
import type { NextPage, NextRequest, PageAnswer } from './types';

/** Where a paginator's parameters stand: in the address, or in the JSON body. */
export type PagePlace = 'query' | 'json';

type Values = Readonly<Record<string, string | number>>;

/** A paginator's values as the part of a request in which they are sent. */
export const pageParams = (values: Values, place: PagePlace): Exclude<NextRequest, { url: string }> =>
  place === 'query' ? { params: values } : { json: values };

interface CountingOptions {
  readonly first: NonNullable<NextPage['first']>;
  /** Whether two of its pages may be the same, byte by byte. */
  readonly mayRepeat: boolean;
}

/** A paginator that counts, and adds something to the first request, too. */
export const counting = (
  { first, mayRepeat }: CountingOptions,
  next: (answer: PageAnswer) => NextRequest | undefined,
): NextPage => Object.assign(next, { first, counts: !mayRepeat });

/** The whole number that the page's request had for a parameter; `fallback` if it had none. */
export function requestedNumber(
  { asked }: PageAnswer,
  name: string,
  place: PagePlace,
  fallback: number,
): number {
  const value =
    place === 'query'
      ? (new URL(asked.url).searchParams.get(name) ?? undefined)
      : (asked.json as Readonly<Record<string, unknown>> | undefined)?.[name];
  const number = value === undefined ? fallback : Number(value);
  if (Number.isSafeInteger(number)) return number;
  throw new TidemarkError(
    'SOURCE_INVALID',
    `The paginator counts on from "${name}", and the request has "${shown(value)}", which is not a whole number.`,
  );
}

/** A count in an answer: a number, or its digits as text; undefined for anything else. */
export function countIn(value: unknown): number | undefined {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  return typeof number === 'number' && Number.isSafeInteger(number) && number >= 0 ? number : undefined;
}

/** Refuses a size that isn't a whole number from 1 on. */
export function checkSize(name: string, size: number | undefined): void {
  if (size === undefined || (Number.isSafeInteger(size) && size > 0)) return;
  throw new TidemarkError(
    'SOURCE_INVALID',
    `"${name}" is "${shown(size)}"; a whole number from 1 on is accepted.`,
  );
}
