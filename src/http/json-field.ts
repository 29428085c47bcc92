import { shown, TidemarkError } from '../errors';
import { isRecord } from '../value';

export type JsonFields = Readonly<Record<string, unknown>>;

const ownOf = (at: unknown, name: string): unknown =>
  isRecord(at) && Object.hasOwn(at, name) ? at[name] : undefined;

/** Whether a text names a field of a JSON body: `cursor`, or `body.pagination.cursor` within objects of it. */
export const isFieldPath = (path: string): boolean => path.split('.').every((part) => part !== '');

/** The value at a field of a JSON body, which may be within objects: `pagination.cursor`; undefined where there is none. */
export const jsonFieldIn = (json: unknown, path: string): unknown => path.split('.').reduce(ownOf, json);

const notAnObject = (path: string, at: unknown): TidemarkError =>
  new TidemarkError(
    'SOURCE_INVALID',
    `The paginator sets "${path}" in the JSON body, where the request has "${shown(at)}" instead of an object around it. Give the request an object there, or nothing.`,
    { details: { path } },
  );

function withValue(
  at: unknown,
  parts: readonly string[],
  { path, value }: { path: string; value: unknown },
): unknown {
  const [name, ...within] = parts;
  if (name === undefined) return value;
  if (at !== undefined && at !== null && !isRecord(at)) throw notAnObject(path, at);
  return { ...at, [name]: withValue(ownOf(at, name), within, { path, value }) };
}

/**
 * A JSON body with values set at fields, which may be within objects of it; what else those objects have stays.
 *
 * @throws SOURCE_INVALID where something else than an object is around a field
 */
export const withJsonFields = (json: unknown, values: JsonFields): JsonFields =>
  Object.entries(values).reduce<unknown>(
    (body, [path, value]) => withValue(body, path.split('.'), { path, value }),
    json ?? {},
  ) as JsonFields;

/** A JSON body with those fields that it hasn't yet, within its objects too. */
export function withMissingFields(json: JsonFields, fields: JsonFields): JsonFields {
  const missing = Object.entries(fields).map(([name, value]) => {
    const own = ownOf(json, name);
    if (own === undefined) return [name, value] as const;
    return [name, isRecord(own) && isRecord(value) ? withMissingFields(own, value) : own] as const;
  });
  return { ...json, ...Object.fromEntries(missing) };
}
