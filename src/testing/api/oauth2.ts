import { reply } from './reply';
import type { AuthChecker, EmulatorRequest, Reply } from './types';

export interface OAuth2AuthOptions {
  /** @default '/oauth/token' */
  readonly tokenPath?: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** Accepts the refresh token grant with this token. @default only client credentials */
  readonly refreshToken?: string;
  /** Whether each use of a refresh token gives a new one and ends the old. @default false */
  readonly rotate?: boolean;
  /** @default 3600 */
  readonly lifetimeSeconds?: number;
}

export interface OAuth2Auth extends AuthChecker {
  expire(): void;
  /** Tokens given so far. */
  readonly given: readonly string[];
}

/** A client's id and secret: from the form, or by HTTP basic. */
function clientOf({ form, headers }: EmulatorRequest): readonly [string | null, string | null] {
  const encoded = /^Basic (.+)$/.exec(headers.authorization ?? '')?.[1];
  if (encoded === undefined) return [form.get('client_id'), form.get('client_secret')];
  const [id = '', secret = ''] = Buffer.from(encoded, 'base64').toString().split(':');
  const plain = (text: string): string => decodeURIComponent(text.replaceAll('+', ' '));
  return [plain(id), plain(secret)];
}

/**
 * Gives access tokens at a token endpoint and accepts them until they expire.
 *
 * Source of the rules: RFC 6749, sections 4.4, 5 and 6.
 */
export function oauth2Auth(options: OAuth2AuthOptions): OAuth2Auth {
  const { tokenPath = '/oauth/token', clientId, clientSecret, lifetimeSeconds = 3600 } = options;
  const until = new Map<string, number>();
  const given: string[] = [];
  let refreshToken = options.refreshToken;
  let rotations = 0;
  const refused = (status: number, error: string): Reply => reply({ status, body: { error } });

  function token(request: EmulatorRequest): Reply {
    const [id, secret] = clientOf(request);
    if (id !== clientId || secret !== clientSecret) return refused(401, 'invalid_client');
    const grant = request.form.get('grant_type');
    if (grant === 'refresh_token') {
      if (refreshToken === undefined || request.form.get('refresh_token') !== refreshToken)
        return refused(400, 'invalid_grant');
      if (options.rotate) refreshToken = `${options.refreshToken}-${++rotations}`;
    } else if (grant !== 'client_credentials') return refused(400, 'unsupported_grant_type');
    const text = `access-token-${given.length + 1}-of-${clientId}`;
    given.push(text);
    until.set(text, request.now + lifetimeSeconds * 1000);
    return reply({
      body: {
        access_token: text,
        token_type: 'bearer',
        expires_in: lifetimeSeconds,
        refresh_token: grant === 'refresh_token' && options.rotate ? refreshToken : undefined,
      },
    });
  }

  return {
    given,
    check({ headers, now }) {
      const text = /^Bearer (.+)$/.exec(headers.authorization ?? '')?.[1];
      return text !== undefined && now < (until.get(text) ?? 0) ? clientId : undefined;
    },
    routes: { [`POST ${tokenPath}`]: token },
    expire: () => until.clear(),
  };
}
