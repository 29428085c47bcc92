import { z } from 'zod';
import { shownFor } from '../config';
import { TidemarkError } from '../errors';
import type { ParamsSpec, ResourceDefinition } from './types';

const isSchema = (spec: ParamsSpec): spec is z.ZodObject =>
  spec instanceof z.ZodObject || 'safeParse' in spec;

/** The parameters that a resource has. */
function paramNames(spec: ParamsSpec | undefined): readonly string[] {
  if (spec === undefined) return [];
  return isSchema(spec) ? Object.keys(spec.shape) : Object.keys(spec);
}

/**
 * The parameters that `extract` gets: what was bound over the defaults, checked.
 *
 * @throws PARAM_INVALID
 */
export function resolveParams({
  name,
  params,
  boundParams,
}: ResourceDefinition): Readonly<Record<string, unknown>> {
  if (params === undefined) return {};
  if (!isSchema(params)) return { ...params, ...boundParams };
  const parsed = params.safeParse(boundParams);
  if (parsed.success) return parsed.data;
  const lines = parsed.error.issues.map((issue) => {
    const path = issue.path.join('.');
    const value = boundParams[String(issue.path[0])];
    return value === undefined
      ? `The parameter "${path}" of the resource "${name}" is not set; set it with bind({ ${path}: … }).`
      : `The parameter "${path}" of the resource "${name}" is "${shownFor(issue, value)}": ${issue.message}.`;
  });
  throw new TidemarkError('PARAM_INVALID', lines.join('\n'), { details: { resource: name } });
}

/**
 * Checks names and, for a zod object, values that are bound.
 *
 * @throws PARAM_INVALID naming what the resource has
 */
export function checkParams(
  name: string,
  spec: ParamsSpec | undefined,
  values: Readonly<Record<string, unknown>>,
): void {
  const known = paramNames(spec);
  for (const [param, value] of Object.entries(values)) {
    if (!known.includes(param))
      throw new TidemarkError(
        'PARAM_INVALID',
        `The resource "${name}" has no parameter "${param}"; ${known.length === 0 ? 'it has none, declare them with "params"' : `it has "${known.join('", "')}"`}.`,
        { details: { resource: name, param, known } },
      );
    if (spec === undefined || !isSchema(spec)) continue;
    const parsed = (spec.shape[param] as z.ZodType).safeParse(value);
    if (!parsed.success)
      throw new TidemarkError(
        'PARAM_INVALID',
        `The parameter "${param}" of the resource "${name}" is "${shownFor(parsed.error.issues[0], value)}": ${parsed.error.issues[0]?.message}.`,
        { details: { resource: name, param } },
      );
  }
}
