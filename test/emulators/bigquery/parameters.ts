import { ApiError } from './api-error';
import type { JobConfiguration, QueryParameter } from './rest-types';
import { castSql } from './sql/cast';
import { type Environment, failure } from './sql/scope';
import type { Typed } from './sql/typed';
import { scalar, typeNamed } from './sql/types';

/** What a query's parameters are, by name or by place. */
export interface Parameters {
  readonly named: boolean;
  readonly all: readonly QueryParameter[];
}

/** @throws ApiError invalid for parameters that don't say what they are */
export function parametersOf(query: NonNullable<JobConfiguration['query']>): Parameters {
  const all = query.queryParameters ?? [];
  const { parameterMode } = query;
  if (parameterMode !== undefined && parameterMode !== 'NAMED' && parameterMode !== 'POSITIONAL')
    throw new ApiError('invalid', `Invalid value for parameterMode: ${parameterMode}`);
  if (all.length > 0 && parameterMode === undefined)
    throw new ApiError('invalid', 'Parameter mode must be set when there are query parameters');
  for (const { name, parameterType } of all) {
    const type = typeNamed(parameterType?.type ?? '');
    if (type === undefined || type === 'STRUCT')
      throw new ApiError('invalid', `The fake has no parameters of type "${parameterType?.type ?? ''}"`);
    if ((parameterMode === 'NAMED') !== (name !== undefined && name !== ''))
      throw new ApiError('invalid', 'Named parameters have a name, positional ones have none');
  }
  return { named: parameterMode === 'NAMED', all };
}

/**
 * The value of a parameter.
 * @param place from 0, of one without a name
 * @throws ApiError invalidQuery where there is none, or it isn't of its type
 */
export function parameterValue(
  env: Environment,
  { named, all }: Parameters,
  { name, place, at }: { readonly name: string | undefined; readonly place: number; readonly at: number },
): Typed {
  const found =
    name === undefined
      ? named
        ? undefined
        : all[place]
      : named
        ? all.find((each) => each.name!.toLowerCase() === name.toLowerCase())
        : undefined;
  if (found === undefined)
    throw failure(
      env,
      name === undefined
        ? `Query parameter number ${place + 1} is not defined`
        : `Query parameter '${name}' not found`,
      at,
    );
  const type = typeNamed(found.parameterType!.type!) as Exclude<
    ReturnType<typeof typeNamed>,
    'STRUCT' | undefined
  >;
  const text = found.parameterValue?.value;
  // a parameter without a value is NULL of its type
  if (text === undefined || text === null)
    return {
      sql: castSql({ sql: '', type: scalar(type), constant: 'null' }, scalar(type))!,
      type: scalar(type),
    };
  if (type === 'STRING') return { sql: env.bind(text), type: scalar(type), constant: 'text', text };
  if (type === 'BYTES') return { sql: `from_base64(${env.bind(text)})`, type: scalar(type) };
  if (type === 'JSON') return { sql: `gs_json_exact(${env.bind(text)})`, type: scalar(type) };
  const sql = castSql({ sql: env.bind(text), type: scalar('STRING') }, scalar(type))!;
  return type === 'INT64'
    ? { sql, type: scalar(type), constant: 'number', text }
    : { sql, type: scalar(type) };
}
