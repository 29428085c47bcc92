import { stringify } from 'lossless-json';
import { isSecret, revealSecret } from '../config';
import { TidemarkError } from '../errors';
import { textOf } from './address';
import type { BodyOptions, QueryValue } from './types';

/** A body as it is sent, and its content type. */
export interface RequestBody {
  readonly text: string;
  readonly type: string;
}

/** The value as plain JSON: secrets revealed, dates as ISO text. */
function plain(value: unknown): unknown {
  if (isSecret(value)) return revealSecret(value);
  if (value instanceof Date) return value.toISOString();
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== 'object' || value === null) return value;
  if ('toJSON' in value && typeof value.toJSON === 'function') return plain(value.toJSON());
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, plain(inner)]));
}

/**
 * The body of a request.
 *
 * @throws SOURCE_INVALID for both of `json` and `form`
 */
export function requestBody({ json, form }: BodyOptions): RequestBody | undefined {
  if (json !== undefined && form !== undefined)
    throw new TidemarkError('SOURCE_INVALID', 'A request has both "json" and "form"; give it one of them.');
  if (json !== undefined) return { text: stringify(plain(json)) ?? 'null', type: 'application/json' };
  if (form === undefined) return undefined;
  const fields = new URLSearchParams();
  for (const [name, value] of Object.entries(form))
    for (const one of Array.isArray(value) ? (value as readonly QueryValue[]) : [value as QueryValue])
      if (one !== null && one !== undefined) fields.append(name, textOf(one));
  return { text: fields.toString(), type: 'application/x-www-form-urlencoded' };
}
