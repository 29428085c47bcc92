import { isLosslessNumber } from 'lossless-json';
import { redact } from '../../config';
import { isPlainObject } from '../../value';
import { HIDDEN, isSecretField, isSecretParameter, withoutSecretParameters } from './secret-names';

/** A text without the secrets that are known, and those that an address in it shows by their names. */
export const hideInText = (text: string): string => withoutSecretParameters(redact(text));

/** JSON (numbers as lossless-json has them) without secrets: by the names of fields, and those that are known by their values. */
export function hideInJson(value: unknown): unknown {
  if (typeof value === 'string') return hideInText(value);
  if (isLosslessNumber(value)) return redact(value.value) === value.value ? value : HIDDEN;
  if (Array.isArray(value)) return value.map(hideInJson);
  if (!isPlainObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, one]) => [
      redact(name),
      isSecretField(name) ? hideFilled(one) : hideInJson(one),
    ]),
  );
}

/** What stands under the name of a secret: also a list of them. Objects have names of their own. */
function hideFilled(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(hideFilled);
  return isFilled(value) ? HIDDEN : hideInJson(value);
}

/** A form or a query by name, without secrets. Of a name that comes several times all values are kept, as a list. */
export function hideInParameters(parameters: URLSearchParams): Record<string, string | string[]> {
  const found: Record<string, string | string[]> = {};
  for (const name of new Set(parameters.keys())) {
    const values = parameters
      .getAll(name)
      .map((value) => (isSecretParameter(name) && value !== '' ? HIDDEN : hideInText(value)));
    found[redact(name)] = values.length === 1 ? values[0]! : values;
  }
  return found;
}

/** Headers that say how an answer travelled, or when: of no use, or wrong, when it is given again. */
const OF_TRANSPORT = new Set([
  ...['connection', 'keep-alive', 'transfer-encoding', 'te', 'trailer', 'upgrade', 'content-length'],
  ...['content-encoding', 'date', 'age', 'alt-svc', 'strict-transport-security', 'set-cookie', 'via'],
  ...['report-to', 'nel', 'server-timing', 'proxy-authenticate', 'proxy-authorization'],
]);

/** The headers of an answer that are kept. */
export const keptHeaders = (headers: Headers): Record<string, string> =>
  Object.fromEntries(
    [...headers]
      .filter(([name]) => !OF_TRANSPORT.has(name))
      .map(([name, value]) => [name, isSecretParameter(name) ? HIDDEN : hideInText(value)] as const),
  );

const isFilled = (value: unknown): boolean =>
  value !== '' && (typeof value === 'string' || isLosslessNumber(value));
