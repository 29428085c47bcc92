import type { z } from 'zod';
import { type ErrorCode, TidemarkError } from '../errors';
import type { ConfigProvider } from './environment';
import { type Field, fieldOf, fromText, parseJson } from './fields';
import { type ConfigOwner, lookUp } from './lookup';
import { Secret } from './secret';

export interface SourceConfigRequest<C extends z.ZodObject> {
  readonly schema: C;
  /** What code gave. */
  readonly given: unknown;
  readonly owner: ConfigOwner;
  readonly providers: readonly ConfigProvider[];
}

interface Missing {
  readonly key: readonly string[];
  readonly secret: boolean;
  readonly places: readonly string[];
}

/** Found nowhere, though the schema wants it. */
class Absent {
  constructor(readonly missing: Missing) {}
}

const isPlain = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' &&
  value !== null &&
  (Object.getPrototypeOf(value) === Object.prototype || Object.getPrototypeOf(value) === null);

/**
 * What code gave, with the secrets wrapped and registered, so that nothing that holds the values shows them.
 *
 * @throws CONFIG_INVALID for a key that the schema doesn't have
 */
export function sealGiven(schema: z.ZodObject, given: unknown, name: string): unknown {
  return seal(name, fieldOf(schema), given, []);
}

function seal(source: string, field: Field, given: unknown, key: readonly string[]): unknown {
  if (field.kind === 'value')
    return field.secret && typeof given === 'string' ? new Secret(given, { key: key.join('.') }) : given;
  if (!isPlain(given)) return given;
  return Object.fromEntries(
    Object.entries(given).map(([name, value]) => {
      const inner = field.fields.get(name);
      if (inner === undefined && !field.open)
        throw new TidemarkError(
          'CONFIG_INVALID',
          `The source "${source}" has no setting "${[...key, name].join('.')}"; it has "${[...field.fields.keys()].join('", "')}".`,
          { details: { source, key: [...key, name].join('.') } },
        );
      return [name, inner === undefined ? value : seal(source, inner, value, [...key, name])];
    }),
  );
}

/** The config's values before zod sees them: what code gave, else what is found; {@link Absent} where it is needed and missing. */
function collect(
  request: SourceConfigRequest<z.ZodObject>,
  field: Field,
  given: unknown,
  key: readonly string[],
): unknown {
  const { owner, providers } = request;
  if (field.kind === 'value') {
    if (given !== undefined)
      return field.secret && typeof given === 'string' ? new Secret(given, { key: key.join('.') }) : given;
    const { found, places } = lookUp(providers, owner, key);
    if (found === undefined)
      return accepts(field.schema, undefined) ? undefined : new Absent({ key, secret: field.secret, places });
    if (field.secret) return new Secret(String(found.value), { key: key.join('.'), place: found.place });
    if (typeof found.value === 'string') return fromText(found.value, field.type);
    return found.value instanceof Date ? found.value.toISOString() : found.value;
  }
  if (given !== undefined && !isPlain(given)) return given;
  const whole = key.length === 0 ? undefined : lookUp(providers, owner, key).found?.value;
  const base = typeof whole === 'string' ? parseJson(whole) : undefined;
  const values = new Map<string, unknown>(Object.entries(given ?? {}));
  for (const [name, inner] of field.fields) {
    const fallback = isPlain(base) ? base[name] : undefined;
    const value = collect(request, inner, given?.[name], [...key, name]);
    values.set(
      name,
      value instanceof Absent && fallback !== undefined
        ? collect(request, inner, fallback, [...key, name])
        : value,
    );
  }
  const anything = [...values.values()].some((value) => value !== undefined && !(value instanceof Absent));
  if (!anything && given === undefined && key.length > 0 && accepts(field.schema, undefined))
    return undefined;
  return Object.fromEntries([...values].filter(([, value]) => value !== undefined));
}

const accepts = (schema: z.ZodType, value: unknown): boolean => schema.safeParse(value).success;

function allMissing(value: unknown): Missing[] {
  if (value instanceof Absent) return [value.missing];
  return isPlain(value) ? Object.values(value).flatMap(allMissing) : [];
}

function missingError(name: string, missing: readonly Missing[]): TidemarkError {
  const code: ErrorCode = missing.some((one) => one.secret) ? 'SECRET_MISSING' : 'CONFIG_MISSING';
  const lines = missing.map(
    ({ key, secret, places }) =>
      `${secret ? 'The secret' : 'The setting'} "${key.join('.')}" of the source "${name}" is not set. Give it in code, or in one of:\n` +
      places.map((place) => `  - ${place}`).join('\n'),
  );
  return new TidemarkError(code, lines.join('\n'), {
    details: { source: name, missing: missing.map(({ key, places }) => ({ key: key.join('.'), places })) },
  });
}

function isSecretAt(field: Field, path: readonly PropertyKey[]): boolean {
  const [key, ...rest] = path;
  if (field.kind === 'value') return field.secret;
  const inner = field.fields.get(String(key));
  return inner !== undefined && isSecretAt(inner, rest);
}

function invalidError(name: string, field: Field, error: z.ZodError, input: unknown): TidemarkError {
  const lines = error.issues.map((issue) => {
    const value = issue.path.reduce<unknown>(
      (at, step) => (isPlain(at) ? at[String(step)] : undefined),
      input,
    );
    const text = isPlain(value) || Array.isArray(value) ? JSON.stringify(value) : String(value);
    const shown = isSecretAt(field, issue.path) ? '[secret]' : text;
    return `"${issue.path.join('.')}" of the source "${name}" is "${shown}": ${issue.message}`;
  });
  return new TidemarkError('CONFIG_INVALID', lines.join('\n'), {
    details: { source: name, paths: error.issues.map((issue) => issue.path.join('.')) },
  });
}

/**
 * The config that a source's functions get, complete and checked.
 *
 * @throws SECRET_MISSING, CONFIG_MISSING naming every place looked at; CONFIG_INVALID naming key and value
 */
export function resolveSourceConfig<C extends z.ZodObject>(request: SourceConfigRequest<C>): z.output<C> {
  const field = fieldOf(request.schema);
  const input = collect(request, field, request.given, []);
  const missing = allMissing(input);
  if (missing.length > 0) throw missingError(request.owner.name, missing);
  const parsed = request.schema.safeParse(input);
  if (!parsed.success) throw invalidError(request.owner.name, field, parsed.error, input);
  return parsed.data;
}

/**
 * The config for listing what a source has, which needs no secret: what is missing throws only when it is read, a
 * missing secret only when it is revealed.
 *
 * @throws CONFIG_INVALID for a value that is there and doesn't fit
 */
export function listingConfig<C extends z.ZodObject>(request: SourceConfigRequest<C>): z.output<C> {
  const field = fieldOf(request.schema);
  const input = collect(request, field, request.given, []);
  const missing = allMissing(input);
  if (missing.length === 0) return resolveSourceConfig(request);
  return lenient(request.owner.name, field, input, []) as z.output<C>;
}

function lenient(name: string, field: Field, value: unknown, path: readonly string[]): unknown {
  if (field.kind === 'object' && isPlain(value)) {
    const object: Record<string, unknown> = {};
    for (const [key, inner] of field.fields) {
      const own = value[key];
      if (own instanceof Absent && !own.missing.secret)
        Object.defineProperty(object, key, {
          enumerable: true,
          get: () => {
            throw missingError(name, [own.missing]);
          },
        });
      else object[key] = lenient(name, inner, own, [...path, key]);
    }
    return object;
  }
  if (value instanceof Absent) {
    const { missing } = value;
    return new Secret(
      () => {
        throw missingError(name, [missing]);
      },
      { key: path.join('.') },
    );
  }
  const parsed = field.schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const shown = field.kind === 'value' && field.secret ? '[secret]' : String(value);
  throw new TidemarkError(
    'CONFIG_INVALID',
    `"${path.join('.')}" of the source "${name}" is "${shown}": ${parsed.error.issues[0]?.message ?? 'it does not fit'}`,
    { details: { source: name, paths: [path.join('.')] } },
  );
}
