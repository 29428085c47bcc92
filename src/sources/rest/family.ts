import type { TidemarkError } from '../../errors';

/** What a resource takes from the rows of others, by its placeholders. */
export interface Needs {
  readonly name: string;
  /** The resources whose fields it takes. */
  readonly takesFrom: readonly string[];
}

/** A resource's place: the one whose rows it is asked for with, and whether its own rows must know the row they came of. */
export interface Place {
  readonly parent: string | undefined;
  readonly keepsParent: boolean;
}

/**
 * The places of resources in their family. One that takes fields of several others is a child of the nearest; the others must be
 * ancestors of that one, since a row of it then has one row of each.
 *
 * @returns parents before children
 * @throws what `invalid` gives, for a circle, or for two that are not of one line
 */
export function familyOf(
  resources: readonly Needs[],
  invalid: (resource: string, problem: string) => TidemarkError,
): ReadonlyMap<string, Place> {
  const byName = new Map(resources.map((one) => [one.name, one]));
  const parents = new Map<string, string | undefined>();
  const linesOf = (name: string): readonly string[] => {
    const parent = parents.get(name);
    return parent === undefined ? [] : [parent, ...linesOf(parent)];
  };
  const visit = ({ name, takesFrom }: Needs, below: readonly string[]): void => {
    if (below.includes(name)) throw invalid(name, `it is its own ancestor: ${[...below, name].join(' → ')}.`);
    if (parents.has(name)) return;
    for (const other of takesFrom) visit(byName.get(other)!, [...below, name]);
    const nearest = takesFrom.find((one) => {
      const line = linesOf(one);
      return takesFrom.every((other) => other === one || line.includes(other));
    });
    if (nearest === undefined && takesFrom.length > 0)
      throw invalid(
        name,
        `it takes fields of "${takesFrom.join('" and "')}", which are not parent and child of each other. Take fields of one line only: a parent, its parent, and so on.`,
      );
    parents.set(name, nearest);
  };
  for (const one of resources) visit(one, []);
  const keeping = new Set<string>();
  for (const { name, takesFrom } of resources) {
    const line = linesOf(name);
    const farthest = Math.max(0, ...takesFrom.map((one) => line.indexOf(one)));
    for (const one of line.slice(0, farthest)) keeping.add(one);
  }
  return new Map([...parents].map(([name, parent]) => [name, { parent, keepsParent: keeping.has(name) }]));
}
