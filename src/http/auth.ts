import { isSecret, registerSecretValue, revealSecret, Secret } from '../config';
import { anyText, anything, checkOptions, object, oneOf, text } from '../options';
import type { HttpAuth } from './options';

const secretsOf = (...values: readonly (string | Secret)[]): readonly Secret[] => values.filter(isSecret);

/**
 * What a helper was given. A value that is no text, such as an environment variable that isn't set, is refused when it is
 * needed: then the loads of this source fail, and no other pipeline's.
 */
export const credential = (value: string | Secret, key: string, of: string): string | Secret =>
  isSecret(value) || typeof value === 'string' ? value : new Secret(value, { key, place: `${of} in code` });

/**
 * User and password, as HTTP basic authentication sends them.
 *
 * @example auth: basic(c.credentials.email, c.credentials.password)
 */
export function basic(user: string | Secret, password: string | Secret): HttpAuth {
  const [name, word] = [credential(user, 'user', 'basic()'), credential(password, 'password', 'basic()')];
  return {
    kind: 'basic',
    secrets: secretsOf(name, word),
    credentials() {
      const pair = `${isSecret(name) ? name.reveal() : name}:${revealSecret(word)}`;
      const encoded = Buffer.from(pair).toString('base64');
      registerSecretValue(encoded);
      return { headers: { authorization: `Basic ${encoded}` } };
    },
  };
}

/** A token, as `Authorization: Bearer …`. */
export function bearer(token: string | Secret): HttpAuth {
  const given = credential(token, 'token', 'bearer()');
  return {
    kind: 'bearer',
    secrets: secretsOf(given),
    credentials: () => ({ headers: { authorization: `Bearer ${revealSecret(given)}` } }),
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

const checks = object<ApiKeyOptions>(
  { name: text, value: anything, in: oneOf('header', 'query'), prefix: anyText },
  { required: ['name'] },
);

/**
 * A key in a header or a query parameter.
 *
 * @example auth: apiKey({ name: 'Authorization', value: c.apiKey, prefix: 'Token ' })
 */
export function apiKey(options: ApiKeyOptions): HttpAuth {
  checkOptions('apiKey', options, checks);
  const { name, value, in: where = 'header', prefix = '' } = options;
  const given = credential(value, 'value', 'apiKey()');
  return {
    kind: 'apiKey',
    secrets: secretsOf(given),
    credentials() {
      const pair = { [name]: `${prefix}${revealSecret(given)}` };
      return where === 'header' ? { headers: pair } : { params: pair };
    },
  };
}
