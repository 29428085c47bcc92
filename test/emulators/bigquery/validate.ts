import { ApiError } from './api-error';
import { type RestSchema, restSchema, type Shape } from './rest-schema';

/**
 * What is wrong with a value of a type, undefined if nothing is: a field that the API doesn't have, or a value of another
 * kind than it has there.
 */
export function problemWith(value: unknown, type: string): string | undefined {
  const schema = restSchema();
  return problem(value, { kind: 'named', name: type }, { schema, path: '' });
}

interface Place {
  readonly schema: RestSchema;
  readonly path: string;
}

function problem(value: unknown, shape: Shape, { schema, path }: Place): string | undefined {
  const wrong = (wanted: string): string =>
    `Invalid value at "${path}": ${JSON.stringify(value)?.slice(0, 100)} is not ${wanted}`;
  switch (shape.kind) {
    case 'any':
      return undefined;
    case 'string':
    case 'number':
    case 'boolean':
      return typeof value === shape.kind ? undefined : wrong(`a ${shape.kind}`);
    case 'literals':
      return typeof value === 'string' && shape.values.includes(value)
        ? undefined
        : wrong(`one of ${shape.values.join(', ')}`);
    case 'array':
      if (!Array.isArray(value)) return wrong('a list');
      return first(value.entries(), (index, each) =>
        problem(each, shape.of, { schema, path: `${path}[${index}]` }),
      );
    case 'map':
    case 'object':
      if (typeof value !== 'object' || value === null || Array.isArray(value)) return wrong('an object');
      return first(Object.entries(value), (name, each) => {
        const inner = path === '' ? name : `${path}.${name}`;
        const of = shape.kind === 'map' ? shape.of : shape.fields.get(name);
        return of === undefined
          ? `Invalid JSON payload received. Unknown name "${name}" at "${path}": Cannot find field.`
          : problem(each, of, { schema, path: inner });
      });
    case 'named': {
      const named = schema.get(shape.name);
      if (named === undefined) throw new Error(`The declarations have no type ${shape.name}.`);
      return problem(value, named, { schema, path });
    }
  }
}

function first<K, V>(
  entries: Iterable<readonly [K, V]>,
  check: (key: K, value: V) => string | undefined,
): string | undefined {
  for (const [key, value] of entries) {
    const found = value === undefined ? undefined : check(key, value);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** The body of a request. @throws ApiError invalid for what the API doesn't take */
export function checkBody(value: unknown, type: string): void {
  const wrong = problemWith(value, type);
  if (wrong !== undefined) throw new ApiError('invalid', wrong);
}

/** @throws Error for an answer that Google's API couldn't give: the fake is wrong then */
export function checkAnswer(value: unknown, type: string): void {
  const wrong = problemWith(value, type);
  if (wrong !== undefined) throw new Error(`The fake answered a ${type} that the API doesn't have: ${wrong}`);
}

/** Parameters that all methods have. */
const COMMON: readonly string[] = ['alt', 'key', 'prettyPrint', 'quotaUser'];

/** The parameters of a method. @throws ApiError invalid for one that it doesn't have, or of another kind */
export function checkParameters(query: URLSearchParams, type: string): void {
  const shape = restSchema().get(type);
  if (shape?.kind !== 'object') throw new Error(`The declarations have no parameters ${type}.`);
  for (const [name, value] of query) {
    if (COMMON.includes(name)) continue;
    const own = shape.fields.get(name);
    if (own === undefined)
      throw new ApiError('invalid', `Invalid parameter: "${name}" is not a parameter of this method.`);
    const of = own.kind === 'array' ? own.of : own;
    const fits =
      of.kind === 'number'
        ? /^-?\d+$/.test(value)
        : of.kind === 'boolean'
          ? value === 'true' || value === 'false'
          : of.kind !== 'literals' || of.values.includes(value);
    if (!fits) throw new ApiError('invalid', `Invalid value for the parameter "${name}": ${value}`);
  }
}
