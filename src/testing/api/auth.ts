import type { AuthChecker, Reply } from './types';

const authorization = (headers: { readonly authorization?: string | undefined }): string =>
  headers.authorization ?? '';

/** Accepts a user with a password, by HTTP basic authentication. */
export function basicAuth(user: string, password: string, refusal?: Reply): AuthChecker {
  const accepted = `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
  return {
    check: ({ headers }) => (authorization(headers) === accepted ? user : undefined),
    refusal,
  };
}

/** Accepts tokens, as `Authorization: Bearer …`; `scheme` for another word. */
export function bearerAuth(
  tokens: string | readonly string[],
  { scheme = 'Bearer', refusal }: { readonly scheme?: string; readonly refusal?: Reply | undefined } = {},
): AuthChecker {
  const accepted = typeof tokens === 'string' ? [tokens] : tokens;
  return {
    check: ({ headers }) => accepted.find((token) => authorization(headers) === `${scheme} ${token}`),
    refusal,
  };
}

export interface ApiKeyAuthOptions {
  readonly name: string;
  readonly value: string;
  /** @default 'header' */
  readonly in?: 'header' | 'query';
  /** @default nothing */
  readonly prefix?: string;
  readonly refusal?: Reply | undefined;
}

/** Accepts a key in a header or a query parameter. */
export function apiKeyAuth({
  name,
  value,
  in: where = 'header',
  prefix = '',
  refusal,
}: ApiKeyAuthOptions): AuthChecker {
  return {
    check: ({ headers, query }) =>
      (where === 'header' ? headers[name.toLowerCase()] : query.get(name)) === `${prefix}${value}`
        ? value
        : undefined,
    refusal,
  };
}
