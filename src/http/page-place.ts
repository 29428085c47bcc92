import { TidemarkError } from '../errors';
import type { NextPage, NextRequest, PageAnswer } from './types';

/** Where a paginator's parameters stand: in the address, or in the JSON body. */
export type PagePlace = 'query' | 'json';

type Values = Readonly<Record<string, string | number>>;

/** Values of a paginator as a part of a request. */
export const placed = (values: Values, place: PagePlace): Exclude<NextRequest, { url: string }> =>
  place === 'query' ? { params: values } : { json: values };

/** A paginator whose first request needs something too. */
export const startingWith = (
  first: NonNullable<NextPage['first']>,
  next: (answer: PageAnswer) => NextRequest | undefined,
): NextPage => Object.assign(next, { first });

/** The whole number that was asked for under a name; `otherwise` where none was. */
export function askedNumber(
  { asked }: PageAnswer,
  name: string,
  place: PagePlace,
  otherwise: number,
): number {
  const value =
    place === 'query'
      ? (new URL(asked.url).searchParams.get(name) ?? undefined)
      : (asked.json as Readonly<Record<string, unknown>> | undefined)?.[name];
  const number = value === undefined ? otherwise : Number(value);
  if (Number.isSafeInteger(number)) return number;
  throw new TidemarkError(
    'SOURCE_INVALID',
    `The paginator counts on from "${name}", and the request says "${String(value)}", which is no whole number.`,
  );
}

/** A count in an answer: a number, or its digits as text. Undefined where there is none. */
export function countIn(value: unknown): number | undefined {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  return typeof number === 'number' && Number.isSafeInteger(number) && number >= 0 ? number : undefined;
}

/** Refuses a size that isn't a whole number from 1 on. */
export function checkSize(name: string, size: number | undefined): void {
  if (size === undefined || (Number.isSafeInteger(size) && size > 0)) return;
  throw new TidemarkError('SOURCE_INVALID', `"${name}" is "${size}"; a whole number from 1 on is accepted.`);
}
