import { addressOf, type TrustedOrigins, withParams } from './address';
import { type RequestBody, requestBody } from './request-body';
import type { ResponseActions } from './response-actions';
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
  /** Statuses beyond 2xx that are not an error. */
  readonly accept: readonly number[];
  readonly responseActions: ResponseActions | undefined;
}

export interface TargetRequest extends BodyOptions {
  readonly method?: HttpMethod | undefined;
  readonly path: string;
  readonly accept?: readonly number[] | undefined;
  readonly params?: QueryParams | undefined;
  readonly responseActions?: ResponseActions | undefined;
}

/** @throws SOURCE_INVALID for an address that is not valid, or two bodies */
export function targetOf(
  request: TargetRequest,
  baseUrl: string | undefined,
  origins: TrustedOrigins,
): Target {
  const { method = 'GET', path, params, headers, accept = [] } = request;
  const url = withParams(addressOf(path, baseUrl), params);
  return {
    method,
    url,
    headers,
    body: requestBody(request),
    trusted: origins.mayAsk(url),
    repeatable: request.idempotent ?? IDEMPOTENT.has(method),
    accept,
    responseActions: request.responseActions,
  };
}
