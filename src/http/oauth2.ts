import { isSecret, registerSecretValue, revealSecret, type Secret } from '../config';
import { anything, text as aText, checkOptions, listOf, object, oneOf } from '../options';
import { withoutUndefined } from '../value';
import { credential } from './auth';
import { makeTokens } from './oauth2-tokens';
import type { HttpAuth } from './options';

interface OAuth2Client {
  /** Where tokens are given. */
  readonly tokenUrl: string;
  readonly clientId: string | Secret;
  readonly clientSecret: string | Secret;
  /** How the client proves itself to the token endpoint: in the form, or by HTTP basic. @default 'form' */
  readonly clientAuth?: 'form' | 'basic';
}

export interface OAuth2ClientCredentialsOptions extends OAuth2Client {
  /** Sent as one text with spaces between. @default none */
  readonly scopes?: readonly string[];
  /** @default none */
  readonly audience?: string;
}

export interface OAuth2RefreshOptions extends OAuth2Client {
  readonly refreshToken: string | Secret;
  /** @default those of the refresh token */
  readonly scopes?: readonly string[];
}

/** Credentials are looked at when they are needed (`credential`). */
const client = {
  tokenUrl: aText,
  clientId: anything,
  clientSecret: anything,
  clientAuth: oneOf('form', 'basic'),
  scopes: listOf(aText),
};
const clientCredentials = object<OAuth2ClientCredentialsOptions>(
  { ...client, audience: aText },
  { required: ['tokenUrl'] },
);
const refresh = object<OAuth2RefreshOptions>(
  { ...client, refreshToken: anything },
  { required: ['tokenUrl'] },
);

const text = (value: string | Secret): string => (isSecret(value) ? value.reveal() : value);

const scopeText = (scopes: readonly string[] = []): string | undefined =>
  scopes.length === 0 ? undefined : scopes.join(' ');

const withCredentials = (client: OAuth2Client, of: string): OAuth2Client => ({
  ...client,
  clientId: credential(client.clientId, 'clientId', of),
  clientSecret: credential(client.clientSecret, 'clientSecret', of),
});

/** Authentication with the tokens of a grant; a form has no undefined, so what isn't given is left out of it. */
function oauth2(
  client: OAuth2Client,
  secrets: readonly unknown[],
  grant: () => Readonly<Record<string, string>>,
): HttpAuth {
  const { tokenUrl, clientId, clientSecret, clientAuth = 'form' } = client;
  const tokens = makeTokens({
    tokenUrl,
    request() {
      const [id, secret] = [text(clientId), revealSecret(clientSecret)];
      if (clientAuth === 'form')
        return { form: { ...grant(), client_id: id, client_secret: secret }, headers: {} };
      const pair = [id, secret]
        .map((part) => new URLSearchParams([['', part]]).toString().slice(1))
        .join(':');
      const encoded = Buffer.from(pair).toString('base64');
      registerSecretValue(encoded);
      return { form: grant(), headers: { authorization: `Basic ${encoded}` } };
    },
  });
  return {
    kind: 'oauth2',
    secrets: secrets.filter(isSecret),
    credentials: async (context) => ({
      headers: { authorization: `Bearer ${await tokens.current(context)}` },
    }),
    renew: (refused) => tokens.forget(refused.headers?.['authorization']?.replace(/^Bearer /, '')),
  };
}

/**
 * Tokens of the OAuth 2.0 client credentials grant. A token is kept for all loads of the process until shortly before it
 * expires, and renewed once where a request is answered with 401.
 *
 * Source of the rules: RFC 6749, sections 4.4 and 5; RFC 6750, section 2.1.
 * @throws HTTP_UNAUTHORIZED naming the endpoint and its error where it gives no token
 * @example auth: oauth2ClientCredentials({ tokenUrl: 'https://id.example.com/token', clientId: c.clientId, clientSecret: c.clientSecret })
 */
export function oauth2ClientCredentials(options: OAuth2ClientCredentialsOptions): HttpAuth {
  checkOptions('oauth2ClientCredentials', options, clientCredentials);
  const { scopes, audience } = options;
  const client = withCredentials(options, 'oauth2ClientCredentials()');
  return oauth2(client, [client.clientId, client.clientSecret], () =>
    withoutUndefined({ grant_type: 'client_credentials', scope: scopeText(scopes), audience }),
  );
}

/**
 * Access tokens for an OAuth 2.0 refresh token. They are kept and renewed as {@link oauth2ClientCredentials} does. Where
 * the server gives a new refresh token with an access token, that one is used for the life of the process; after it the
 * configured one must still be valid.
 *
 * Source of the rules: RFC 6749, section 6.
 * @throws HTTP_UNAUTHORIZED naming the endpoint and its error where it gives no token
 */
export function oauth2Refresh(options: OAuth2RefreshOptions): HttpAuth {
  checkOptions('oauth2Refresh', options, refresh);
  const { scopes } = options;
  const client = withCredentials(options, 'oauth2Refresh()');
  const refreshToken = credential(options.refreshToken, 'refreshToken', 'oauth2Refresh()');
  return oauth2(client, [refreshToken, client.clientSecret, client.clientId], () =>
    withoutUndefined({
      grant_type: 'refresh_token',
      refresh_token: revealSecret(refreshToken),
      scope: scopeText(scopes),
    }),
  );
}
