import { TidemarkError } from '../errors';
import { anyText, checkArgument, checkOptions } from '../options';
import { isRecord } from '../value';
import { addressOf, trustedOriginsOf, withMissingParams, withParams } from './address';
import { checkDecoded, jsonBody, jsonOf } from './answer-errors';
import { startChain } from './chain';
import { type Clock, systemClock } from './clock';
import { createExchange } from './exchange';
import { hasRows } from './has-rows';
import { type JsonFields, withMissingFields } from './json-field';
import { type HttpMeter, timed } from './meter';
import { checkedNext } from './next-request';
import { checkAnswerOptions, requestOptions } from './option-checks';
import type { HttpOptions, HttpTimeouts } from './options';
import { originOf } from './parsed-address';
import type { RateBudgets } from './rate-budget';
import { requestBody } from './request-body';
import type { Answer } from './send';
import { sharedLimiter } from './shared-limiter';
import { type Target, type TargetRequest, targetOf } from './target';
import type {
  BodyOptions,
  Http,
  HttpAnswer,
  HttpRequest,
  HttpWait,
  NextPage,
  NextRequest,
  PageAnswer,
  PagesOptions,
  RequestOptions,
} from './types';
import { waitFor } from './wait';

const TIMEOUTS: Required<HttpTimeouts> = { connect: 10_000, headers: 120_000, body: 60_000, total: 300_000 };
const RETRIES = 5;
const MAX_WAIT_MS = 3_600_000;
const MAX_PAGES = 100_000;

interface CreateHttpOptions {
  readonly options: HttpOptions;
  /** Whose limits are shared: the source's name. */
  readonly owner: string;
  readonly signal: AbortSignal;
  /** Called when a wait begins and every few seconds while it lasts: to heartbeat, and to inform the user. */
  readonly onWait?: ((wait: HttpWait) => void) | undefined;
  /** Where rate limits with a scope are shared. @default within this process */
  readonly rateBudgets?: RateBudgets | undefined;
  /** Called with the size of every body. */
  readonly onBytes?: ((bytes: number) => void) | undefined;
  /** Told how long what took. @default nothing is measured */
  readonly meter?: HttpMeter | undefined;
  /** @default the machine's */
  readonly clock?: Clock | undefined;
  /** For the jitter. @default Math.random */
  readonly random?: (() => number) | undefined;
}

/** A client with its last answer, which an error quotes when `extract` yields a field that is not in it. */
export interface HttpClient extends Http {
  readonly lastAnswer: { readonly url: string; readonly body: unknown } | undefined;
  /** The fields that paginators go by and that no page with rows had. */
  missingFields(): readonly string[];
}

/** The HTTP client of one extraction. */
export function createHttp(setup: CreateHttpOptions): HttpClient {
  const { options, signal, clock = systemClock, random = Math.random } = setup;
  const { onWait = () => {}, meter } = setup;
  const onBytes = (bytes: number): void => {
    setup.onBytes?.(bytes);
    meter?.received(bytes);
  };
  checkAnswerOptions(options);
  const origins = trustedOriginsOf(options);
  const wait = (ms: number, reason: HttpWait['reason'], about: string): Promise<void> =>
    timed(
      () => waitFor({ ms, reason, about, clock, signal, onWait }),
      meter && ((waited) => meter.waited(reason, waited)),
    );
  const exchange = createExchange({
    options,
    origins,
    retries: options.retries ?? RETRIES,
    maxWait: options.maxWait ?? MAX_WAIT_MS,
    timeouts: { ...TIMEOUTS, ...options.timeouts },
    limiter: sharedLimiter(
      `${setup.owner} ${options.baseUrl ?? ''}`,
      {
        rateLimit: options.rateLimit,
        concurrency: options.concurrency,
      },
      setup.rateBudgets,
    ),
    clock,
    random,
    signal,
    wait,
    onBytes,
    meter,
  });
  let lastAnswer: HttpClient['lastAnswer'];
  const fieldsSeen = new Map<string, boolean>();
  const lookFor = ({ field }: NextPage, page: PageAnswer): void => {
    if (field === undefined || fieldsSeen.get(field.path) === true) return;
    const isThere = field.isIn(page);
    if (isThere || hasRows(page.body)) fieldsSeen.set(field.path, isThere);
  };

  const parsed = (answer: Answer): unknown => {
    const begun = performance.now();
    const body = jsonBody(answer);
    meter?.parsed(performance.now() - begun);
    lastAnswer = { url: answer.url, body };
    return body;
  };
  const bodyOf = async (request: TargetRequest): Promise<unknown> =>
    parsed(await exchange(targetOf(request, options.baseUrl, origins)));

  async function* answers(path: string, given: PagesOptions): AsyncGenerator<PageAnswer, void, void> {
    checkCall('pages', path, given);
    const { next, ...request } = given;
    const { json, ...rest } = request;
    let asked: BodyOptions = { ...rest, json: startingJson(json, next.first?.json) };
    const { method, accept, responseActions } = request;
    const begun = targetOf({ ...asked, method, accept, responseActions, path }, options.baseUrl, origins);
    let target: Target = { ...begun, url: withMissingParams(begun.url, next.first?.params) };
    const chain = startChain({
      maxPages: options.maxPages ?? MAX_PAGES,
      counts: next.counts === true,
      first: target,
    });
    for (;;) {
      const answer = await exchange(target);
      if (answer.ignored === true) return;
      // what the caller takes for no error may come without a body, as a 204 does: nothing can follow from it
      const isEmpty = answer.text === '' && target.accept.includes(answer.status);
      const isGood = isSuccess(answer.status) && !isEmpty;
      const page: PageAnswer = {
        body: isGood ? parsed(answer) : jsonOf(answer),
        headers: answer.headers,
        url: answer.url,
        status: answer.status,
        asked: { method: target.method, url: target.url, json: asked.json },
      };
      if (isGood) chain.came(page, answer.text);
      if (isGood) lookFor(next, page);
      const following = isGood ? checkedNext(next(page), page) : undefined;
      yield page;
      if (following === undefined) return;
      if (!('url' in following)) asked = { ...asked, json: withFields(asked.json, following.json) };
      target = { ...targetAfter(target, answer.url, following), body: requestBody(asked) };
      chain.goesOn(page, target);
    }
  }

  function targetAfter(before: Target, answered: string, next: NextRequest): Target {
    if (!('url' in next)) return { ...before, url: withParams(before.url, next.params) };
    const url = addressOf(next.url, undefined);
    origins.checkLink(url, answered);
    if (originOf(url) === originOf(before.url) || origins.includes(url)) return { ...before, url };
    // a redirect led to an origin that isn't trusted, and its links stay there: they get what the redirect got
    if (before.body !== undefined) origins.checkLink(url, before.url);
    return { ...before, url, headers: undefined, trusted: false };
  }

  return {
    get lastAnswer() {
      return lastAnswer;
    },
    async get<T>(path: string, request: RequestOptions = {}): Promise<T> {
      checkCall('get', path, request);
      return (await bodyOf({ ...request, method: 'GET', path })) as T;
    },
    async post<T>(path: string, request: BodyOptions = {}): Promise<T> {
      checkCall('post', path, request);
      return (await bodyOf({ ...request, method: 'POST', path })) as T;
    },
    async request<T>(given: HttpRequest): Promise<HttpAnswer<T>> {
      checkOptions('http.request', given, requestOptions.request);
      const { as = 'json', ...request } = given;
      const answer = await exchange(targetOf(request, options.baseUrl, origins));
      const { status, headers, url, text } = answer;
      const isGood = isSuccess(status);
      if (as === 'text') checkDecoded(answer);
      const body = as === 'text' ? text : text === '' ? undefined : isGood ? parsed(answer) : jsonOf(answer);
      return { status, headers, url, body: body as T };
    },
    async *pages<T>(path: string, request: PagesOptions): AsyncGenerator<T, void, void> {
      for await (const { body, status } of answers(path, request))
        if (body !== undefined || !isSuccess(status)) yield body as T;
    },
    answers: <T>(path: string, request: PagesOptions) =>
      answers(path, request) as AsyncGenerator<PageAnswer & { readonly body: T }, void, void>,
    wait: (ms, reason) => wait(ms, 'requested', reason),
    now: () => clock.now(),
    missingFields: () => [...fieldsSeen].flatMap(([path, isSeen]) => (isSeen ? [] : [path])),
  };
}

const isSuccess = (status: number): boolean => status >= 200 && status < 300;
/** @throws CONFIG_INVALID for an option of a request that doesn't exist or isn't accepted */
function checkCall(made: 'get' | 'post' | 'pages', path: string, request: unknown): void {
  checkArgument(`http.${made}`, 'path', path, anyText);
  checkOptions(`http.${made}`, request, requestOptions[made]);
}

/** The JSON body of a first page: what the request says goes before what the paginator would begin with. */
function startingJson(json: unknown, first: JsonFields | undefined): unknown {
  if (first === undefined) return json;
  if (isRecord(json)) return withMissingFields(json, first);
  return withFields(json, first);
}

/** A JSON body with a paginator's fields; none of them leaves it as it is. */
function withFields(json: unknown, fields: JsonFields | undefined): unknown {
  if (fields === undefined) return json;
  if (isRecord(json)) return { ...json, ...fields };
  if (json === undefined) return fields;
  throw new TidemarkError(
    'SOURCE_INVALID',
    `The paginator sets "${Object.keys(fields).join('", "')}" in the JSON body, and the request's body is not an object. Give the request a JSON object, or none.`,
  );
}
