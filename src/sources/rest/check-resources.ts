import { guess, TidemarkError } from '../../errors';
import { familyOf, type Place } from './family';
import { checkRestResource, RESOURCE_SETTINGS } from './option-checks';
import { isKnownField, placeholdersIn } from './template';
import type { RestResource } from './types';

/** A resource that was checked, and its place in the family. */
export interface CheckedResource extends Place {
  readonly spec: RestResource;
  readonly path: string;
  /** Its ancestors, from the parent on. */
  readonly ancestors: readonly string[];
}

interface Checked {
  readonly spec: RestResource;
  readonly path: string;
  readonly takesFrom: readonly string[];
}

const invalid = (source: string, resource: string, problem: string): TidemarkError =>
  new TidemarkError('RESOURCE_INVALID', `restSource "${source}", resource "${resource}": ${problem}`, {
    details: { source, resource },
  });

/**
 * Checks the resources of a source as a whole and sorts parents before children.
 *
 * @throws CONFIG_INVALID for a setting that doesn't exist or isn't accepted, RESOURCE_INVALID naming the resource, what is wrong and what is accepted
 */
export function checkResources(
  source: string,
  resources: readonly RestResource[],
): readonly CheckedResource[] {
  if (resources.length === 0)
    throw new TidemarkError('SOURCE_INVALID', `restSource "${source}" has no resources.`);
  const names = resources.map(({ name }) => name);
  const checked = resources.map((spec, index) => {
    if (typeof spec.name !== 'string' || spec.name.trim() === '')
      throw invalid(source, String(spec.name), 'it needs a name.');
    if (names.indexOf(spec.name) !== index) throw invalid(source, spec.name, 'another one has this name.');
    return checkOne(source, spec, names);
  });
  return placed(source, checked);
}

function checkOne(source: string, spec: RestResource, names: readonly string[]): Checked {
  const { name, path = `/${spec.name}` } = spec;
  const fail = (problem: string): TidemarkError => invalid(source, name, problem);
  const unknown = Object.keys(spec).filter((key) => !RESOURCE_SETTINGS.includes(key));
  if (unknown.length > 0)
    throw new TidemarkError(
      'CONFIG_INVALID',
      `restSource "${source}", resource "${name}": "${unknown.join('", "')}" is not a setting of a resource; there are "${RESOURCE_SETTINGS.join('", "')}".${guess(unknown[0]!, RESOURCE_SETTINGS)}`,
      { details: { source, resource: name } },
    );
  checkRestResource(`restSource "${source}", resource "${name}"`, spec);
  const found = placeholdersIn([path, spec.params, spec.headers, spec.json]);
  for (const one of found)
    if (!isKnownField(one))
      throw fail(
        `"{${one.kind}.${[one.parent, one.field].filter(Boolean).join('.')}}" is not a valid placeholder; write {resources.PARENT.FIELD}, {incremental.startValue} or {incremental.endValue}.`,
      );
  const left = path.replace(/\{(resources|incremental)\.[^{}]+\}/g, '').match(/\{[^}]*\}?|\}/);
  if (left !== null)
    throw fail(
      `"${left[0]}" in the path is not a valid placeholder; write {resources.PARENT.FIELD} for a field of another resource's rows.`,
    );
  if (spec.incremental === undefined && found.some(({ kind }) => kind === 'incremental'))
    throw fail('it uses {incremental.…} and has no "incremental".');
  const { method = 'GET' } = spec;
  if (spec.json !== undefined && method === 'GET')
    throw fail('"json" needs "method: \'POST\'" or "method: \'PUT\'".');
  if (spec.incremental?.in === 'json' && method === 'GET')
    throw fail('an incremental that is sent "in: \'json\'" needs "method: \'POST\'" or "method: \'PUT\'".');
  const takesFrom = [
    ...new Set(found.filter(({ kind }) => kind === 'resources').map(({ parent }) => parent)),
  ];
  const unknownParent = takesFrom.find((one) => !names.includes(one));
  if (unknownParent !== undefined)
    throw fail(
      `its parent "${unknownParent}" doesn't exist; there are "${names.join('", "')}".${guess(unknownParent, names)}`,
    );
  if (takesFrom.length === 0 && (spec.includeFromParent?.length ?? 0) > 0)
    throw fail(
      '"includeFromParent" needs a parent: take a field of it into the path, {resources.PARENT.FIELD}.',
    );
  const { parallel = 1 } = spec;
  if (!Number.isSafeInteger(parallel) || parallel < 1)
    throw fail(`"parallel" is "${parallel}"; a whole number from 1 on is accepted.`);
  return { spec, path, takesFrom };
}

/** Each with its place, parents before children. */
function placed(source: string, resources: readonly Checked[]): readonly CheckedResource[] {
  const needs = resources.map(({ spec, takesFrom }) => ({ name: spec.name, takesFrom }));
  const family = familyOf(needs, (resource, problem) => invalid(source, resource, problem));
  const ancestorsOf = (name: string): readonly string[] => {
    const parent = family.get(name)?.parent;
    return parent === undefined ? [] : [parent, ...ancestorsOf(parent)];
  };
  const byName = new Map(resources.map((one) => [one.spec.name, one]));
  return [...family].map(([name, place]) => {
    const { spec, path } = byName.get(name)!;
    return { spec, path, ...place, ancestors: ancestorsOf(name) };
  });
}
