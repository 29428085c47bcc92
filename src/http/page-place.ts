import { shown, TidemarkError } from '../errors';
import { isFieldPath, jsonFieldIn, withJsonFields } from './json-field';
import type { NextPage, NextRequest, PageAnswer } from './types';

/** Where a paginator's parameters stand: in the address, or in the JSON body. */
export type PagePlace = 'query' | 'json';

type Values = Readonly<Record<string, string | number>>;

/**
 * A paginator's values as the part of a request in which they are sent. In a JSON body their names may be of fields within
 * objects, `body.pagination.cursor`; what else those objects have in `json`, the body of the request before, stays.
 *
 * @throws SOURCE_INVALID where something else than an object is around a field
 */
export function pageParams(
  values: Values,
  place: PagePlace,
  json?: unknown,
): Exclude<NextRequest, { url: string }> {
  return place === 'query' ? { params: values } : { json: withJsonFields(json, values) };
}

/** @throws CONFIG_INVALID for a name that a JSON body can't have a field by */
export function checkParams(owner: string, place: PagePlace, names: readonly string[]): void {
  const bad = place === 'json' ? names.find((name) => !isFieldPath(name)) : undefined;
  if (bad !== undefined)
    throw new TidemarkError(
      'CONFIG_INVALID',
      `${owner}: "${bad}" is not a field of a JSON body; write "cursor", or "pagination.cursor" for one within an object.`,
    );
}

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
      : jsonFieldIn(asked.json, name);
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
