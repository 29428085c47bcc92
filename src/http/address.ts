import { isSecret, redact, revealSecret } from '../config';
import { shownAddress, TidemarkError } from '../errors';
import { redirectCheck } from './allowed-hosts';
import type { HttpOptions } from './options';
import { originOf, parseAddress } from './parsed-address';
import { redactedUrl } from './send';
import type { QueryParams, QueryValue } from './types';

const ABSOLUTE = /^https?:\/\//i;

/** A value as an address or a form has it. */
export function textOf(value: Exclude<QueryValue, null | undefined>): string {
  if (value instanceof Date) return value.toISOString();
  return isSecret(value) ? revealSecret(value) : String(value);
}

/** The address with parameters set: those of the same names are replaced, a list repeats its name. */
export function withParams(url: string, params: QueryParams = {}): string {
  const entries = Object.entries(params);
  if (entries.length === 0) return url;
  const address = new URL(url);
  for (const [name, value] of entries) {
    address.searchParams.delete(name);
    for (const one of Array.isArray(value) ? (value as readonly QueryValue[]) : [value as QueryValue])
      if (one !== null && one !== undefined) address.searchParams.append(name, textOf(one));
  }
  return address.href;
}

/** The address with those parameters set that it hasn't yet. */
export function withMissingParams(url: string, params: QueryParams = {}): string {
  const { searchParams } = new URL(url);
  return withParams(
    url,
    Object.fromEntries(Object.entries(params).filter(([name]) => !searchParams.has(name))),
  );
}

/**
 * The whole address of a path: below `baseUrl`, or as it is if it is a whole address itself.
 *
 * @throws SOURCE_INVALID without a baseUrl to put it under, or if the result is not a valid address
 */
export function addressOf(path: string, baseUrl: string | undefined): string {
  const text = ABSOLUTE.test(path)
    ? path
    : baseUrl === undefined
      ? undefined
      : `${baseUrl.replace(/\/+$/, '')}/${path.replace(/^\/+/, '')}`;
  if (text === undefined)
    throw new TidemarkError(
      'SOURCE_INVALID',
      `The path "${shownAddress(path)}" needs a baseUrl: give the source "http: { baseUrl: 'https://…' }", or ask for a whole address.`,
    );
  const address = ABSOLUTE.test(text) ? parseAddress(text) : undefined;
  if (address === undefined)
    throw new TidemarkError(
      'SOURCE_INVALID',
      `"${shownAddress(redact(text))}" is not a valid address; a baseUrl looks like https://api.example.com.`,
    );
  return address.href;
}

/** The origins that are sent the credentials. */
export interface TrustedOrigins {
  /** Whether a request that the source's own code makes to an address carries them. */
  mayAsk(url: string): boolean;
  /** Whether its origin is that of `baseUrl` or one of `trustedOrigins`. */
  includes(url: string): boolean;
  /**
   * Checks a link that an answer contained.
   * @throws HTTP_LINK_REFUSED if it leads to an origin that isn't trusted
   */
  checkLink(link: string, from: string): void;
  /**
   * Checks where a redirect leads.
   * @throws HTTP_LINK_REFUSED if it is another origin, neither trusted nor of a host that the source allows
   */
  checkRedirect(to: URL, from: URL): void;
}

function trustedOrigin(text: string): string {
  const address = parseAddress(text);
  if (address !== undefined) return address.origin;
  throw new TidemarkError(
    'SOURCE_INVALID',
    `"${shownAddress(text)}" in "http.trustedOrigins" is not a valid address; write one such as https://files.example.com.`,
  );
}

/**
 * Credentials go to the origin of `baseUrl` and to `trustedOrigins`; without a baseUrl, to the origins that the
 * source's own code names. A link in an answer is data from outside: one that leads elsewhere is refused rather
 * than followed without credentials, which would only fail later and less clearly.
 */
export function trustedOriginsOf({ baseUrl, trustedOrigins = [], allowHosts }: HttpOptions): TrustedOrigins {
  const check = redirectCheck(allowHosts);
  const trusted = new Set(trustedOrigins.map(trustedOrigin));
  if (baseUrl !== undefined) trusted.add(originOf(addressOf('', baseUrl)));
  return {
    mayAsk: (url) => baseUrl === undefined || trusted.has(originOf(url)),
    includes: (url) => trusted.has(originOf(url)),
    checkLink(link, from) {
      const to = originOf(link);
      if (to === originOf(from) || trusted.has(to)) return;
      throw new TidemarkError(
        'HTTP_LINK_REFUSED',
        `The answer of "${redactedUrl(from)}" links to "${redactedUrl(link)}", another origin, which must not get the credentials. If it is the same API, add "${to}" to the source's "http.trustedOrigins".`,
        { details: { from: originOf(from), to } },
      );
    },
    checkRedirect(to, from) {
      if (!trusted.has(to.origin)) check(to, from);
    },
  };
}
