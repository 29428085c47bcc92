import { isSecret, registerSecretValue, revealSecret, type Secret } from '../config';
import type { HttpAuth } from './options';

const secretsOf = (...values: readonly (string | Secret)[]): readonly Secret[] => values.filter(isSecret);

/**
 * User and password, as HTTP basic authentication sends them.
 *
 * @example auth: basic(c.credentials.email, c.credentials.password)
 */
export function basic(user: string | Secret, password: string | Secret): HttpAuth {
  return {
    kind: 'basic',
    secrets: secretsOf(user, password),
    credentials() {
      const name = isSecret(user) ? user.reveal() : user;
      const encoded = Buffer.from(`${name}:${revealSecret(password)}`).toString('base64');
      registerSecretValue(encoded);
      return { headers: { authorization: `Basic ${encoded}` } };
    },
  };
}

/** A token, as `Authorization: Bearer …`. */
export function bearer(token: string | Secret): HttpAuth {
  return {
    kind: 'bearer',
    secrets: secretsOf(token),
    credentials: () => ({ headers: { authorization: `Bearer ${revealSecret(token)}` } }),
  };
}

export interface ApiKeyOptions {
  /** Of the header or query parameter. */
  readonly name: string;
  readonly value: string | Secret;
  /** @default 'header' */
  readonly in?: 'header' | 'query';
  /** What precedes the value, with its space: `'Token '`. @default nothing */
  readonly prefix?: string;
}

/**
 * A key in a header or a query parameter.
 *
 * @example auth: apiKey({ name: 'Authorization', value: c.apiKey, prefix: 'Token ' })
 */
export function apiKey({ name, value, in: where = 'header', prefix = '' }: ApiKeyOptions): HttpAuth {
  return {
    kind: 'apiKey',
    secrets: secretsOf(value),
    credentials() {
      const pair = { [name]: `${prefix}${revealSecret(value)}` };
      return where === 'header' ? { headers: pair } : { params: pair };
    },
  };
}
