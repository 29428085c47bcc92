import { addressOf, type Trust, withParams } from './address';
import { type RequestBody, requestBody } from './request-body';
import type { BodyOptions, HttpMethod, QueryParams, RequestOptions } from './types';

const IDEMPOTENT: ReadonlySet<HttpMethod> = new Set(['GET', 'HEAD', 'PUT', 'DELETE']);

/** One request, ready to be sent, again if need be. */
export interface Target {
  readonly method: HttpMethod;
  readonly url: string;
  readonly headers: RequestOptions['headers'];
  readonly body: RequestBody | undefined;
  /** Whether it gets the credentials. */
  readonly trusted: boolean;
  /** Whether it may be sent again though the server may have acted on it. */
  readonly repeatable: boolean;
  /** Statuses beyond 2xx that are no error. */
  readonly accept: readonly number[];
}

export interface TargetRequest extends BodyOptions {
  readonly method?: HttpMethod | undefined;
  readonly path: string;
  readonly accept?: readonly number[] | undefined;
  readonly params?: QueryParams | undefined;
}

/** @throws SOURCE_INVALID for what is no address, or two bodies */
export function targetOf(request: TargetRequest, baseUrl: string | undefined, trust: Trust): Target {
  const { method = 'GET', path, params, headers, accept = [] } = request;
  const url = withParams(addressOf(path, baseUrl), params);
  return {
    method,
    url,
    headers,
    body: requestBody(request),
    trusted: trust.asked(url),
    repeatable: request.idempotent ?? IDEMPOTENT.has(method),
    accept,
  };
}
