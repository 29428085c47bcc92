import { createHash } from 'node:crypto';
import { redact, registerSecretValue } from '../config';
import { isTidemarkError, TidemarkError } from '../errors';
import { isRecord } from '../value';
import { parseJsonExactly } from './exact-json';
import type { CredentialsContext } from './options';
import { isRetryableStatus } from './retry';
import { redactedUrl } from './send';

/** A token is renewed this long before it expires: a request may be under way for a while. */
const MARGIN_MS = 60_000;
/** How long a token is used whose answer has no lifetime; a 401 ends it earlier. */
const DEFAULT_LIFETIME_MS = 3_600_000;

interface TokenRequest {
  readonly form: Readonly<Record<string, string>>;
  readonly headers: Readonly<Record<string, string>>;
}

interface TokensOptions {
  readonly tokenUrl: string;
  /** Called when a token is needed: that is when secrets are revealed. */
  readonly request: () => TokenRequest;
}

/** The tokens of one client. */
interface Tokens {
  /** The token to use now; asked for once, however many wait for it. */
  current(context: CredentialsContext): Promise<string>;
  /** Drops a token that was refused, unless it has been replaced already; returns whether the next one is another. */
  forget(token: string | undefined): boolean;
}

interface Kept {
  token?: { readonly text: string; readonly until: number };
  refreshToken?: string;
  asking?: Promise<string>;
}

/** By a hash of all that a token is asked for with, in this process and across two copies of the package. */
const KEY = Symbol.for('tidemark.oauth2');
const shared = globalThis as { [KEY]?: Map<string, Kept> };
shared[KEY] ??= new Map();
const keptTokens: Map<string, Kept> = shared[KEY];

function keptFor(tokenUrl: string, request: TokenRequest): Kept {
  const id = createHash('sha256')
    .update(JSON.stringify([tokenUrl, request]))
    .digest('base64');
  const known = keptTokens.get(id) ?? {};
  keptTokens.set(id, known);
  return known;
}

export function makeTokens({ tokenUrl, request }: TokensOptions): Tokens {
  let kept: Kept | undefined;
  return {
    async current(context) {
      const asked = request();
      const mine = keptFor(tokenUrl, asked);
      kept = mine;
      for (;;) {
        const { token } = mine;
        if (token !== undefined && context.now() < token.until) return token.text;
        const waits = mine.asking !== undefined;
        mine.asking ??= ask(mine, { tokenUrl, asked, context }).finally(() => {
          delete mine.asking;
        });
        try {
          return await mine.asking;
        } catch (error) {
          // the load that asked was cancelled, not this one
          if (!waits || !isTidemarkError(error, 'CANCELLED')) throw error;
        }
      }
    },
    forget(token) {
      if (kept?.token !== undefined && kept.token.text === token) delete kept.token;
      return true;
    },
  };
}

async function ask(
  kept: Kept,
  { tokenUrl, asked, context }: { tokenUrl: string; asked: TokenRequest; context: CredentialsContext },
): Promise<string> {
  const { refreshToken } = kept;
  const form = refreshToken === undefined ? asked.form : { ...asked.form, refresh_token: refreshToken };
  const { status, text } = await context.postForm(tokenUrl, form, asked.headers);
  const body = readBody(text);
  const { access_token: token, expires_in: lifetime, refresh_token: next } = body;
  if (refreshToken !== undefined && (status === 400 || status === 401)) {
    // the refresh token that the server gave is not valid any more; the configured one may be
    delete kept.refreshToken;
    return ask(kept, { tokenUrl, asked, context });
  }
  if (status < 200 || status >= 300 || typeof token !== 'string' || token === '')
    throw noToken(tokenUrl, status, body);
  registerSecretValue(token);
  const seconds = Number(lifetime ?? Number.NaN);
  const ms = Number.isFinite(seconds) ? seconds * 1000 : DEFAULT_LIFETIME_MS;
  // a token that lives shorter than twice the margin is used for half its life
  kept.token = { text: token, until: context.now() + Math.max(ms - MARGIN_MS, ms / 2) };
  if (typeof next === 'string' && next !== '' && asked.form['refresh_token'] !== undefined) {
    registerSecretValue(next);
    kept.refreshToken = next;
  }
  return token;
}

function readBody(text: string): Readonly<Record<string, unknown>> {
  try {
    const body = parseJsonExactly(text);
    return isRecord(body) ? body : {};
  } catch {
    return {};
  }
}

function noToken(
  tokenUrl: string,
  status: number,
  { error, error_description: description }: Readonly<Record<string, unknown>>,
): TidemarkError {
  const reason = [error, description].filter((part) => typeof part === 'string').join(': ');
  const at = `POST ${redactedUrl(tokenUrl)} gave no access token (status ${status}${reason === '' ? '' : `, "${redact(reason)}"`})`;
  const details = { status, url: redactedUrl(tokenUrl) };
  if (isRetryableStatus(status))
    return new TidemarkError('HTTP_STATUS', `${at}.`, { details, retryable: true });
  return new TidemarkError(
    'HTTP_UNAUTHORIZED',
    `${at}. Check the client id, its secret${reason.includes('grant') ? ', the refresh token' : ''} and the scopes.`,
    { details },
  );
}
