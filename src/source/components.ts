import { TidemarkError } from '../errors';
import type { PreparedSource } from './prepared-source';
import type { ResourceDefinition } from './types';

/** A resource in its component, with the transformers that read its items. */
export interface ComponentNode {
  readonly definition: ResourceDefinition;
  /** Whether its rows are loaded; a parent may be extracted for its transformers only. */
  readonly loaded: boolean;
  readonly children: readonly ComponentNode[];
}

/** What is extracted together: a resource, and the transformers that read its items, directly or through others. */
export interface Component {
  /** The name of the resource at its root. */
  readonly name: string;
  readonly root: ComponentNode;
  /** Names of the resources that are loaded, parents first. */
  readonly resources: readonly string[];
}

/** The error for a resource that a source doesn't have. */
export const unknownResource = (source: string, name: string, known: readonly string[]): TidemarkError =>
  new TidemarkError(
    'RESOURCE_UNKNOWN',
    `The source "${source}" has no resource "${name}"; it has "${known.join('", "')}".`,
    { details: { source, resource: name, known } },
  );

/**
 * Groups resources into components, in the order of the source.
 *
 * @param names the resources to load. @default those that the source selects
 * @throws RESOURCE_UNKNOWN
 */
export function components(
  source: PreparedSource,
  names: readonly string[] = source.selected,
): readonly Component[] {
  const byName = new Map(source.resources.map((definition) => [definition.name, definition]));
  for (const name of names)
    if (!byName.has(name)) throw unknownResource(source.name, name, [...byName.keys()]);
  // a transformer refers to its parent as it was before source.map and the like; the source's own version is used
  const current = (definition: ResourceDefinition): ResourceDefinition =>
    byName.get(definition.name) ?? definition;
  const parentOf = ({ parent }: ResourceDefinition): ResourceDefinition | undefined =>
    parent && current(parent);
  const wanted = new Set(names);
  const chain = (definition: ResourceDefinition): readonly ResourceDefinition[] => {
    const parent = parentOf(definition);
    return parent === undefined ? [definition] : [...chain(parent), definition];
  };
  const chains = source.resources.filter(({ name }) => wanted.has(name)).map(chain);

  const build = (definition: ResourceDefinition, depth: number): ComponentNode => {
    const through = chains.filter((path) => path[depth] === definition);
    const below = new Set(through.map((path) => path[depth + 1]).filter((child) => child !== undefined));
    return {
      definition,
      loaded: wanted.has(definition.name),
      children: [...below].map((child) => build(child, depth + 1)),
    };
  };
  const loadedNames = (node: ComponentNode): readonly string[] => {
    const below = node.children.flatMap(loadedNames);
    return node.loaded ? [node.definition.name, ...below] : below;
  };
  const place = (root: ResourceDefinition): number => source.resources.indexOf(root);
  const roots = [...new Set(chains.map((path) => path[0]!))].sort((a, b) => place(a) - place(b));
  return roots.map((definition) => {
    const root = build(definition, 0);
    return { name: definition.name, root, resources: loadedNames(root) };
  });
}

/** The nodes of a component, parents first. */
export function nodesOf(node: ComponentNode): readonly ComponentNode[] {
  return [node, ...node.children.flatMap(nodesOf)];
}
