import { shown, TidemarkError } from '../errors';
import { type Check, firstProblem, object, record, text } from '../options';
import { parseAddress } from './parsed-address';
import type { NextRequest, PageAnswer, QueryParams } from './types';

const fields = object<{ url?: string; params?: QueryParams; json?: object }>({
  url: text,
  params: record,
  json: record,
});

const nextRequest: Check = {
  ...fields,
  problem: (value, at) =>
    firstProblem([
      () => fields.problem(value, at),
      () => {
        const { url, params, json } = value as { url?: string; params?: object; json?: object };
        if (url !== undefined && (params !== undefined || json !== undefined))
          return 'it has "url" and "params" or "json"; an address is followed as it is.';
        if (url === undefined && params === undefined && json === undefined)
          return 'it is empty, so it would ask for the same page; return undefined after the last one.';
        return undefined;
      },
    ]),
};

/**
 * What a paginator gave as the next request, its address made whole by that of the answer.
 *
 * @throws SOURCE_INVALID where it is something else
 */
export function checkedNext(next: NextRequest | undefined, answer: PageAnswer): NextRequest | undefined {
  if (next === undefined) return undefined;
  const problem = nextRequest.problem(next, 'next request');
  if (problem !== undefined)
    throw new TidemarkError(
      'SOURCE_INVALID',
      `The paginator gave "${shown(next)}" as the next request: ${problem} Write { url }, or { params, json }, or undefined after the last page, and no promise.`,
    );
  if (!('url' in next)) return next;
  return { url: parseAddress(next.url, answer.url)?.href ?? next.url };
}
