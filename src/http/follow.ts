import { revealSecret, type Secret } from '../config';
import { TidemarkError } from '../errors';
import { type TrustedOrigins, withParams } from './address';
import type { Credentials, CredentialsContext, HttpOptions, HttpTimeouts } from './options';
import { originOf } from './parsed-address';
import { type Answer, redactedUrl, send } from './send';
import type { Target } from './target';

const MAX_REDIRECTS = 5;
const REDIRECTS = [301, 302, 303, 307, 308];

interface FollowOptions {
  readonly options: HttpOptions;
  readonly origins: TrustedOrigins;
  readonly timeouts: Required<HttpTimeouts>;
  readonly signal: AbortSignal;
  readonly now: () => number;
  readonly onBytes: (bytes: number) => void;
}

/** An answer, and the credentials that its last request had. */
export interface Followed {
  readonly answer: Answer;
  readonly credentials: Credentials | undefined;
}

/** The failure to get credentials for a request, which was itself never sent. */
export class CredentialsError extends Error {
  constructor(override readonly cause: unknown) {
    super('no credentials');
  }
}

const revealed = (headers: Readonly<Record<string, string | Secret>> = {}): Record<string, string> =>
  Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [
      name.toLowerCase(),
      typeof value === 'string' ? value : revealSecret(value),
    ]),
  );

/** The request after a redirect: by the rules of fetch, a POST becomes a GET, except after a 307 or 308. */
function redirected(target: Target, status: number, url: string, trusted: boolean): Target {
  const asGet =
    status === 303
      ? target.method !== 'HEAD'
      : (status === 301 || status === 302) && target.method === 'POST';
  const again: Target = { ...target, url, trusted };
  return asGet ? { ...again, method: 'GET', body: undefined } : again;
}

/**
 * Sends a request and follows its redirects. Neither credentials nor headers nor a body go to an origin that isn't trusted.
 *
 * @throws HTTP_TIMEOUT, HTTP_NETWORK, CANCELLED; HTTP_UNEXPECTED_BODY for too many redirects; HTTP_LINK_REFUSED for one to
 * another origin that isn't allowed, or that would carry a body there; CredentialsError
 */
export async function follow(first: Target, setup: FollowOptions): Promise<Followed> {
  const { options, origins, timeouts, signal, onBytes } = setup;
  let target = first;
  for (let redirects = 0; ; redirects += 1) {
    const { method, url, body, trusted } = target;
    const credentials = trusted ? await credentialsFor(target, setup) : undefined;
    const atFirstOrigin = redirects === 0 || originOf(url) === originOf(first.url);
    const answer = await send({
      method,
      url: withParams(url, credentials?.params),
      headers: {
        accept: 'application/json',
        'user-agent': 'tidemark',
        ...revealed(trusted ? options.headers : undefined),
        ...revealed(body && { 'content-type': body.type }),
        ...revealed(atFirstOrigin ? target.headers : undefined),
        ...revealed(credentials?.headers),
      },
      body: body?.text,
      timeouts,
      charset: options.charset,
      maxBodySize: options.maxBodySize,
      signal,
    });
    onBytes(answer.bytes);
    const { location } = answer.headers;
    if (!REDIRECTS.includes(answer.status) || !location) return { answer: { ...answer, url }, credentials };
    if (redirects === MAX_REDIRECTS || !URL.canParse(location, url))
      throw new TidemarkError(
        'HTTP_UNEXPECTED_BODY',
        `${first.method} ${redactedUrl(first.url)} was redirected more than ${MAX_REDIRECTS} times, or to an address that is not valid.`,
      );
    const from = new URL(url);
    const to = new URL(location, url);
    origins.checkRedirect(to, from);
    const sameOrigin = to.origin === from.origin;
    const stillTrusted = trusted && (sameOrigin || origins.includes(to.href));
    target = redirected(target, answer.status, to.href, stillTrusted);
    if (target.body !== undefined && !sameOrigin && !stillTrusted) origins.checkLink(to.href, url);
  }
}

async function credentialsFor(
  { method, url, body }: Target,
  { options, timeouts, signal, now }: FollowOptions,
): Promise<Credentials | undefined> {
  const context: CredentialsContext = {
    method,
    url,
    body: body?.text,
    now,
    postForm: (to, form, headers = {}) =>
      send({
        method: 'POST',
        url: to,
        headers: {
          accept: 'application/json',
          'user-agent': 'tidemark',
          'content-type': 'application/x-www-form-urlencoded',
          ...headers,
        },
        body: new URLSearchParams(form).toString(),
        timeouts,
        charset: undefined,
        maxBodySize: options.maxBodySize,
        signal,
      }),
  };
  try {
    return await options.auth?.credentials(context);
  } catch (error) {
    throw new CredentialsError(error);
  }
}
