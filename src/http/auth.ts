import { isSecret, registerSecretValue, revealSecret, type Secret } from '../config';
import { anyText, checkArgument, checkOptions, object, oneOf, text } from '../options';
import { secretText } from './option-checks';
import type { HttpAuth } from './options';

const secretsOf = (...values: readonly (string | Secret)[]): readonly Secret[] => values.filter(isSecret);

/**
 * User and password, as HTTP basic authentication sends them.
 *
 * @throws CONFIG_INVALID for what is no text, such as a variable that isn't set
 * @example auth: basic(c.credentials.email, c.credentials.password)
 */
export function basic(user: string | Secret, password: string | Secret): HttpAuth {
  checkArgument('basic', 'user', user, secretText);
  checkArgument('basic', 'password', password, secretText);
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
  checkArgument('bearer', 'token', token, secretText);
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

const checks = object<ApiKeyOptions>(
  { name: text, value: secretText, in: oneOf('header', 'query'), prefix: anyText },
  { required: ['name', 'value'] },
);

/**
 * A key in a header or a query parameter.
 *
 * @example auth: apiKey({ name: 'Authorization', value: c.apiKey, prefix: 'Token ' })
 */
export function apiKey(options: ApiKeyOptions): HttpAuth {
  checkOptions('apiKey', options, checks);
  const { name, value, in: where = 'header', prefix = '' } = options;
  return {
    kind: 'apiKey',
    secrets: secretsOf(value),
    credentials() {
      const pair = { [name]: `${prefix}${revealSecret(value)}` };
      return where === 'header' ? { headers: pair } : { params: pair };
    },
  };
}
