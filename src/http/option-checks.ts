import { isSecret } from '../config';
import { shown } from '../errors';
import { durationMs } from '../interval';
import {
  anyText,
  anything,
  type Check,
  callable,
  checkOptions,
  flag,
  hidden,
  listOf,
  numberFrom,
  object,
  oneOf,
  readBy,
  record,
  recordOf,
  satisfying,
  text,
  wholeNumber,
} from '../options';
import { isRecord } from '../value';
import { decoderOf } from './body-text';
import type { HttpOptions, HttpTimeouts, LimitHeaders, RateLimit } from './options';
import { responseActions } from './response-actions';
import type { BodyOptions, HttpRequest, PagesOptions, RequestOptions } from './types';

/** A text that may be secret: it is never quoted. */
export const secretText: Check = hidden(
  'a text or a secret',
  (value) => typeof value === 'string' || isSecret(value),
);

export const headers: Check = recordOf(secretText);

/** Where a paginator's parameters stand. */
export const pagePlace: Check = oneOf('query', 'json');

const scope = satisfying(
  'a name of 1 to 200 characters for the account',
  (value) => typeof value === 'string' && value !== '' && value.length <= 200,
);

const rateLimit = object<RateLimit>(
  { requests: wholeNumber(1), per: readBy('a duration such as "1m"', durationMs), scope },
  { required: ['requests', 'per'] },
);

const timeout = numberFrom(0);

const limitHeaders = object<LimitHeaders>(
  { remaining: text, reset: text, resetIs: oneOf('epochSeconds', 'epochMs', 'seconds', 'iso') },
  { required: ['reset', 'resetIs'] },
);

export const authentication: Check = hidden(
  'what basic(…), bearer(…), apiKey(…), oauth2ClientCredentials(…) or oauth2Refresh(…) gives',
  (value) => isRecord(value) && typeof value['credentials'] === 'function',
);

/** A check whose message names the option as it stands in a source: `"http.maxPages" is "0"…`. */
const named = (accepted: string, accepts: (value: unknown) => boolean, problem: string): Check => ({
  accepted,
  takes: accepts,
  problem: (value, at) => (accepts(value) ? undefined : `"http.${at}" is "${shown(value)}"${problem}`),
});

const most = named(
  'a whole number from 1 on, or Infinity',
  (value) => value === Number.POSITIVE_INFINITY || (Number.isSafeInteger(value) && (value as number) > 0),
  '; a whole number from 1 on is accepted, or Infinity.',
);

const charset = named(
  'a known charset',
  (value) => typeof value === 'string' && decoderOf(value) !== undefined,
  ", which is not a known charset; write 'utf-8', 'iso-8859-1', 'shift_jis'.",
);

/** What would otherwise show with the first answers only. */
const answerChecks = { maxBodySize: most, maxPages: most, charset };

const httpOptions = object<HttpOptions>({
  baseUrl: text,
  auth: authentication,
  headers,
  retries: wholeNumber(0, 1000),
  timeouts: object<HttpTimeouts>({ connect: timeout, headers: timeout, body: timeout, total: timeout }),
  rateLimit,
  concurrency: wholeNumber(1),
  limitHeaders: listOf(limitHeaders),
  check: callable,
  trustedOrigins: listOf(text),
  maxWait: numberFrom(0),
  ...answerChecks,
  allowHosts: listOf(text),
});

/** @throws CONFIG_INVALID for HTTP settings of a source that don't exist or aren't accepted */
export function checkHttpOptions(owner: string, options: unknown): void {
  checkOptions(owner, options, httpOptions);
}

const answerOptions = object<Pick<HttpOptions, keyof typeof answerChecks>>(answerChecks);

/** @throws CONFIG_INVALID for what a client can't work with, of settings that no source checked */
export function checkAnswerOptions({ maxBodySize, maxPages, charset }: HttpOptions): void {
  checkOptions('http', { maxBodySize, maxPages, charset }, answerOptions);
}

const method = oneOf('GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE');
export const statuses: Check = listOf(wholeNumber(100, 599));
const request = { params: record, headers };
const withBody = { ...request, json: anything, form: record, idempotent: flag };

/** What gives the next page. */
export const paginator: Check = satisfying(
  'a paginator, such as nextLink("next_page")',
  (value) => typeof value === 'function',
);

/** What a request takes, by the method of `Http` that makes it. */
export const requestOptions = {
  get: object<RequestOptions>(request),
  post: object<BodyOptions>(withBody),
  request: object<HttpRequest>(
    { ...withBody, method, path: anyText, accept: statuses, as: oneOf('json', 'text') },
    { required: ['path'] },
  ),
  pages: object<PagesOptions>(
    {
      ...withBody,
      method,
      accept: statuses,
      next: paginator,
      responseActions,
    },
    { required: ['next'] },
  ),
};

/** A field of an answer, or a JSONPath. */
export const field: Check = satisfying(
  'a field of an answer such as "paging.next", or a JSONPath',
  (value) => typeof value === 'string' && value !== '',
);
