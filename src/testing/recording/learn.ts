import type { IncomingHttpHeaders } from 'node:http';
import { registerSecretValue } from '../../config';
import { isPlainObject } from '../../value';
import { isSecretField, isSecretParameter } from './secret-names';

/** Shorter values may stand in an answer by chance; one that is declared is hidden however short it is. */
const SHORTEST = 8;
/** A cookie of fewer letters is a setting rather than a session. */
const SHORTEST_COOKIE = 16;

const learn = (value: string, shortest: number = SHORTEST): void => {
  if (value.trim().length >= shortest) registerSecretValue(value);
};

/** Learns the secrets of a request, so that they are found wherever an answer repeats them. */
export function learnFromRequest(request: {
  readonly headers: IncomingHttpHeaders;
  readonly query: URLSearchParams;
  readonly form: URLSearchParams;
  readonly json: unknown;
}): void {
  for (const [name, value] of Object.entries(request.headers)) {
    if (typeof value !== 'string' || !isSecretParameter(name)) continue;
    if (name === 'cookie')
      for (const pair of value.split(';')) learn(pair.slice(pair.indexOf('=') + 1), SHORTEST_COOKIE);
    else learnCredentials(value);
  }
  for (const parameters of [request.query, request.form]) learnFromParameters(parameters);
  learnFromJson(request.json);
}

/** Learns the secrets that an answer gives in its headers. Its cookies aren't kept. */
export function learnFromHeaders(headers: Headers): void {
  for (const [name, value] of headers)
    if (isSecretParameter(name) && name !== 'set-cookie') learnCredentials(value);
}

/** `Bearer TOKEN`, a bare key, or a user and password: of these the user alone where there is no password. */
function learnCredentials(value: string): void {
  const [, scheme = '', credentials = value] = /^(\S+)\s+(.+)$/s.exec(value) ?? [];
  learn(credentials);
  if (scheme.toLowerCase() !== 'basic') return;
  const [user = '', ...password] = Buffer.from(credentials, 'base64').toString().split(':');
  const secret = password.join(':');
  learn(secret === '' ? user : secret);
}

/** Learns the secrets that a body holds under their names: a token that was given, a password that was sent. */
export function learnFromJson(value: unknown): void {
  if (Array.isArray(value)) for (const one of value) learnFromJson(one);
  if (!isPlainObject(value)) return;
  for (const [name, one] of Object.entries(value)) {
    learnFromJson(one);
    if (isSecretField(name)) for (const text of [one].flat(5)) if (typeof text === 'string') learn(text);
  }
}

/** Learns the secrets that a form, or a query, holds under their names. */
export function learnFromParameters(parameters: URLSearchParams): void {
  for (const [name, value] of parameters) if (isSecretParameter(name)) learn(value);
}
