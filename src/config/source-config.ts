import type { z } from 'zod';
import { type ErrorCode, guess, shown, TidemarkError } from '../errors';
import { isPlainObject, ownField } from '../value';
import type { ConfigProvider } from './environment';
import { type ChoiceField, type Field, fieldOf, fromText, type ObjectField, parseJson } from './fields';
import { type ConfigOwner, lookUp } from './lookup';
import { Secret } from './secret';
import { shownFor } from './zod-shape';

interface SourceConfigRequest<C extends z.ZodObject> {
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
  /** Keys that would do in its place, where several kinds of a setting are accepted. */
  readonly instead?: readonly string[];
}

/** Marks a value that the schema requires and that was found nowhere. */
class Absent {
  constructor(readonly missing: Missing) {}
}

/**
 * What code gave, with the secrets wrapped and registered, so that nothing that holds the values shows them.
 *
 * @throws CONFIG_INVALID for a key that the schema doesn't have
 */
export function wrapSecrets(schema: z.ZodObject, given: unknown, name: string): unknown {
  return wrapSecretsIn(name, fieldOf(schema), given, []);
}

function wrapSecretsIn(source: string, field: Field, given: unknown, key: readonly string[]): unknown {
  if (field.kind === 'value')
    return field.secret && typeof given === 'string' ? new Secret(given, { key: key.join('.') }) : given;
  if (!isPlainObject(given)) return given;
  const options = optionsOf(field);
  checkChoice(source, options, given, key);
  return Object.fromEntries(
    Object.entries(given).map(([name, value]) => {
      const inner = options.find((option) => option.fields.has(name))?.fields.get(name);
      if (inner === undefined && !options.some(({ open }) => open))
        throw new TidemarkError(
          'CONFIG_INVALID',
          `The source "${source}" has no setting "${shown([...key, name].join('.'))}"; it has ${keysOf(options)}.${guess(
            name,
            options.flatMap(({ fields }) => [...fields.keys()]),
          )}`,
          { details: { source, key: [...key, name].join('.') } },
        );
      return [name, inner === undefined ? value : wrapSecretsIn(source, inner, value, [...key, name])];
    }),
  );
}

const optionsOf = (field: ObjectField | ChoiceField): readonly ObjectField[] =>
  field.kind === 'choice' ? field.options : [field];

const keysOf = (options: readonly ObjectField[]): string =>
  options.map(({ fields }) => `"${[...fields.keys()].join('", "')}"`).join(', or ');

const fits = (option: ObjectField, given: Record<string, unknown>): boolean =>
  option.open ||
  Object.entries(given).every(([name, value]) => value === undefined || option.fields.has(name));

/** Refuses keys of two kinds of a setting at once; keys that no kind has are refused elsewhere. */
function checkChoice(
  source: string,
  options: readonly ObjectField[],
  given: Record<string, unknown>,
  key: readonly string[],
): void {
  const known = Object.keys(given).every((name) => options.some(({ fields }) => fields.has(name)));
  if (options.length === 1 || !known || options.some((option) => fits(option, given))) return;
  throw new TidemarkError(
    'CONFIG_INVALID',
    `"${key.join('.')}" of the source "${source}" mixes "${Object.keys(given).join('", "')}"; give one kind: ${keysOf(options)}.`,
    { details: { source, key: key.join('.') } },
  );
}

/** The config's values before zod sees them: what code gave, else what is found; {@link Absent} where it is needed and missing. */
function collect(
  request: SourceConfigRequest<z.ZodObject>,
  field: Field,
  given: unknown,
  key: readonly string[],
): unknown {
  if (field.kind === 'value') {
    const { owner, providers } = request;
    if (given !== undefined)
      return field.secret && typeof given === 'string' ? new Secret(given, { key: key.join('.') }) : given;
    const { found, places } = lookUp(providers, owner, key);
    if (found === undefined)
      return accepts(field.schema, undefined) ? undefined : new Absent({ key, secret: field.secret, places });
    if (field.secret) return new Secret(String(found.value), { key: key.join('.'), place: found.place });
    if (typeof found.value === 'string') return fromText(found.value, field.type);
    return found.value instanceof Date ? found.value.toISOString() : found.value;
  }
  return field.kind === 'choice'
    ? collectChoice(request, field, given, key)
    : collectObject(request, field, given, key);
}

/** The first kind that is complete; else the one with the most values, its error naming what the other kinds lack. */
function collectChoice(
  request: SourceConfigRequest<z.ZodObject>,
  field: ChoiceField,
  given: unknown,
  key: readonly string[],
): unknown {
  if (given !== undefined && !isPlainObject(given)) return given;
  const fitting = field.options.filter((option) => fits(option, given ?? {}));
  const kinds = (fitting.length > 0 ? fitting : field.options).map((option) => {
    const values = collectObject(request, option, given, key);
    return {
      values,
      missing: allMissing(values),
      there: Object.values(values ?? {}).filter(isPresent).length,
    };
  });
  const complete = kinds.find(({ missing }) => missing.length === 0);
  if (complete !== undefined) return complete.values;
  const best = kinds.reduce((one, other) => (other.there > one.there ? other : one));
  if (best.there === 0 && given === undefined && accepts(field.schema, undefined)) return undefined;
  const lacking = best.missing.map((one) => one.key.join('.'));
  const instead = kinds
    .map(({ missing }) => missing.map((one) => one.key.join('.')).filter((one) => !lacking.includes(one)))
    .filter((keys) => keys.length > 0)
    .map((keys) => keys.join('" and "'));
  const last = best.missing.at(-1);
  return mapMissing(best.values, (missing) => (missing === last ? { ...missing, instead } : missing));
}

/** A field of a plain object's own, or an element: a setting may be named as a method of every object. */
const own = (object: unknown, name: string): unknown =>
  isPlainObject(object) ? ownField(object, name) : Array.isArray(object) ? object[Number(name)] : undefined;

const isPresent = (value: unknown): boolean => value !== undefined && !(value instanceof Absent);

function mapMissing(value: unknown, change: (missing: Missing) => Missing): unknown {
  if (value instanceof Absent) return new Absent(change(value.missing));
  if (!isPlainObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, mapMissing(inner, change)]));
}

function collectObject(
  request: SourceConfigRequest<z.ZodObject>,
  field: ObjectField,
  given: unknown,
  key: readonly string[],
): unknown {
  const { owner, providers } = request;
  if (given !== undefined && !isPlainObject(given)) return given;
  const whole = key.length === 0 ? undefined : lookUp(providers, owner, key).found?.value;
  const base = typeof whole === 'string' ? parseJson(whole) : undefined;
  const values = new Map<string, unknown>(Object.entries(given ?? {}));
  for (const [name, inner] of field.fields) {
    const fallback = own(base, name);
    const value = collect(request, inner, ownField(given, name), [...key, name]);
    values.set(
      name,
      value instanceof Absent && fallback !== undefined
        ? collect(request, inner, fallback, [...key, name])
        : value,
    );
  }
  if (
    ![...values.values()].some(isPresent) &&
    given === undefined &&
    key.length > 0 &&
    accepts(field.schema, undefined)
  )
    return undefined;
  return Object.fromEntries([...values].filter(([, value]) => value !== undefined));
}

const accepts = (schema: z.ZodType, value: unknown): boolean => schema.safeParse(value).success;

function allMissing(value: unknown): Missing[] {
  if (value instanceof Absent) return [value.missing];
  return isPlainObject(value) ? Object.values(value).flatMap(allMissing) : [];
}

function missingError(name: string, missing: readonly Missing[]): TidemarkError {
  const code: ErrorCode = missing.some((one) => one.secret) ? 'SECRET_MISSING' : 'CONFIG_MISSING';
  const lines = missing.map(
    ({ key, secret, places, instead = [] }) =>
      `${secret ? 'The secret' : 'The setting'} "${key.join('.')}" of the source "${name}" is not set. Give it in code, or in one of:\n` +
      places.map((place) => `  - ${place}`).join('\n') +
      instead.map((other) => `\nOr give "${other}" instead.`).join(''),
  );
  return new TidemarkError(code, lines.join('\n'), {
    details: { source: name, missing: missing.map(({ key, places }) => ({ key: key.join('.'), places })) },
  });
}

function isSecretAt(field: Field, path: readonly PropertyKey[]): boolean {
  const [key, ...rest] = path;
  if (field.kind === 'value') return field.secret;
  return optionsOf(field).some(({ fields }) => {
    const inner = fields.get(String(key));
    return inner !== undefined && isSecretAt(inner, rest);
  });
}

/** The issues of a value that fits no kind of a choice: those of the kind with the fewest. */
function issuesOf(issue: z.core.$ZodIssue): readonly z.core.$ZodIssue[] {
  if (issue.code !== 'invalid_union' || issue.errors.length === 0) return [issue];
  const best = issue.errors.reduce((one, other) => (other.length < one.length ? other : one));
  return best.map((inner) => ({ ...inner, path: [...issue.path, ...inner.path] }));
}

function invalidError(name: string, field: Field, error: z.ZodError, input: unknown): TidemarkError {
  const issues = error.issues.flatMap(issuesOf);
  const lines = issues.map((issue) => {
    const value = issue.path.reduce<unknown>((at, step) => own(at, String(step)), input);
    const quoted = isSecretAt(field, issue.path) ? '[secret]' : shownFor(issue, value);
    return `"${issue.path.join('.')}" of the source "${name}" is "${quoted}": ${issue.message}`;
  });
  return new TidemarkError('CONFIG_INVALID', lines.join('\n'), {
    details: { source: name, paths: issues.map((issue) => issue.path.join('.')) },
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
  if (field.kind === 'choice' && isPlainObject(value)) {
    const kind = field.options.find((option) => Object.keys(value).every((key) => option.fields.has(key)));
    return lenient(name, kind ?? field.options[0]!, value, path);
  }
  if (field.kind === 'object' && isPlainObject(value)) {
    const object: Record<string, unknown> = {};
    for (const [key, inner] of field.fields) {
      const found = value[key];
      if (found instanceof Absent && !found.missing.secret)
        Object.defineProperty(object, key, {
          enumerable: true,
          get: () => {
            throw missingError(name, [found.missing]);
          },
        });
      else object[key] = lenient(name, inner, found, [...path, key]);
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
  const quoted =
    field.kind === 'value' && field.secret ? '[secret]' : shownFor(parsed.error.issues[0], value);
  throw new TidemarkError(
    'CONFIG_INVALID',
    `"${path.join('.')}" of the source "${name}" is "${quoted}": ${parsed.error.issues[0]?.message ?? 'it does not fit'}`,
    { details: { source: name, paths: [path.join('.')] } },
  );
}
