import { Secret } from '../../../config';
import { isTidemarkError, TidemarkError } from '../../../errors';
import { apiKey, bearer, createHttp, type PageAnswer, type QueryParams } from '../../../http';
import type { AskedAddress, Credential } from './address';

/** Asks the address, with further parameters or at another address of it. */
export interface Ask {
  (params?: QueryParams): Promise<PageAnswer>;
  at(url: string): Promise<PageAnswer>;
  /** The same for a try: an answer that isn't accepted is its status, any other failure 0. */
  attempt(asked: QueryParams | string): Promise<PageAnswer | number>;
}

/** Requests of one proposal at most, so that nobody's rate limit is used up. */
const MOST_REQUESTS = 16;
const MAX_BODY = 64 * 1024 * 1024;
const TIMEOUTS = { connect: 10_000, headers: 30_000, body: 15_000, total: 60_000 };

/**
 * Asks an address by GET, with its credentials: within a minute, for 64 MiB, 16 times at most.
 *
 * @throws what the HTTP client throws, with what to do about it in the case of a new source
 */
export function askerOf(address: AskedAddress, signal: AbortSignal): Ask {
  const secrets = new Map(address.credentials.map((one) => [one, new Secret(one.value, { key: one.name })]));
  const of = (one: Credential): Secret => secrets.get(one)!;
  const [first, ...rest] = address.credentials;
  const headers = rest.filter(({ place }) => place === 'header').map((one) => [one.name, of(one)] as const);
  const hidden = rest.filter(({ place }) => place === 'query').map((one) => [one.name, of(one)] as const);
  const http = createHttp({
    owner: 'tidemark init',
    signal,
    options: {
      baseUrl: address.baseUrl,
      auth: first && authOf(first, of(first)),
      headers: { accept: 'application/json', ...Object.fromEntries(headers) },
      retries: 1,
      maxWait: 10_000,
      timeouts: TIMEOUTS,
      maxBodySize: MAX_BODY,
    },
  });
  const params = queryOf(address);
  let requests = 0;
  const send = async (path: string, query: QueryParams): Promise<PageAnswer> => {
    requests += 1;
    if (requests > MOST_REQUESTS) throw new TidemarkError('USAGE', 'The address was asked often enough.');
    const pages = http.answers(path, {
      params: { ...query, ...Object.fromEntries(hidden) },
      next: () => undefined,
    });
    for await (const answer of pages) return answer;
    throw new TidemarkError('HTTP_UNEXPECTED_BODY', 'The answer is empty.');
  };
  const ask = async (more: QueryParams = {}): Promise<PageAnswer> => {
    try {
      return await send(address.path, { ...params, ...more });
    } catch (error) {
      throw withCure(error, address);
    }
  };
  const at = async (url: string): Promise<PageAnswer> => {
    // a link in an answer is data from outside: it mustn't take the credentials elsewhere
    if (new URL(url).origin !== new URL(address.baseUrl).origin)
      throw new TidemarkError('HTTP_LINK_REFUSED', 'The link of the answer leads to another host.');
    return send(url, {});
  };
  return Object.assign(ask, {
    at,
    attempt: async (asked: QueryParams | string): Promise<PageAnswer | number> => {
      try {
        return typeof asked === 'string'
          ? await at(asked)
          : await send(address.path, { ...params, ...asked });
      } catch (error) {
        signal.throwIfAborted();
        const status = isTidemarkError(error) ? error.details['status'] : undefined;
        return typeof status === 'number' ? status : 0;
      }
    },
  });
}

const authOf = ({ bearer: isBearer, name, place }: Credential, value: Secret) =>
  isBearer ? bearer(value) : apiKey({ name, value, in: place });

/** Parameters by name; one that came several times has a list. */
export function queryOf({ params }: AskedAddress): Readonly<Record<string, string | readonly string[]>> {
  const found: Record<string, string | readonly string[]> = {};
  for (const [name, value] of params)
    found[name] = found[name] === undefined ? value : [found[name], value].flat();
  return found;
}

/** What to do, by what went wrong with the first request. */
function withCure(error: unknown, { credentials }: AskedAddress): unknown {
  if (!isTidemarkError(error)) return error;
  const status = error.details['status'];
  const cure =
    error.code === 'HTTP_UNAUTHORIZED'
      ? credentials.length === 0
        ? "Give the credentials: --header 'Authorization: Bearer TOKEN', or the header that the API wants; its value goes to .env."
        : 'Check the value of --header: whether it is whole, still valid, and may read this address.'
      : status === 404 || status === 410
        ? 'Nothing is at this address: look up the path of the list in the documentation of the API.'
        : status === 400 || status === 422
          ? 'Add the parameters that the API requires to the address: --url "https://…/items?account=1".'
          : error.code === 'HTTP_NOT_JSON'
            ? 'This is no API of JSON: an address in a browser often shows a page, and the API is below /api or on a host of its own. Look it up in the documentation.'
            : error.code === 'HTTP_NETWORK'
              ? 'Check the host and the port of --url, and whether this machine reaches it.'
              : error.code === 'HTTP_TIMEOUT'
                ? 'Ask for fewer rows with a parameter of the API: --url "https://…/items?limit=100".'
                : undefined;
  if (cure === undefined) return error;
  // the client's own cure is for a source that is written already
  const message = error.message.replace(
    / (The source sends no credentials: give it "http\.auth"|Check the secret .*?)\.(?= |$)/,
    '',
  );
  return new TidemarkError(error.code, `${message} ${cure}`, { details: error.details, cause: error.cause });
}
