import { checkOptions } from '../options';
import { ownField, putField } from '../value';
import type { Component, ComponentNode } from './components';
import { withName } from './extract-component';
import { discoveredHints } from './option-checks';
import type { DiscoverContext, DiscoveredHints, ResourceDefinition, ResourceSettings } from './types';

/**
 * The component with the hints that its resources discover added to those that they declare. Every load discovers them anew,
 * since a table may have changed.
 *
 * @throws CONFIG_INVALID for a hint that doesn't exist or isn't accepted; what a resource's `discover` throws, under its own code, naming the resource
 */
export async function discoverHints(component: Component, context: DiscoverContext): Promise<Component> {
  return { ...component, root: await discoverNode(component.root, context) };
}

async function discoverNode(node: ComponentNode, context: DiscoverContext): Promise<ComponentNode> {
  const children: ComponentNode[] = [];
  for (const child of node.children) children.push(await discoverNode(child, context));
  return { ...node, definition: await discovered(node.definition, context), children };
}

async function discovered(
  definition: ResourceDefinition,
  context: DiscoverContext,
): Promise<ResourceDefinition> {
  const { name, discover, settings } = definition;
  if (discover === undefined) return definition;
  try {
    const found = await discover(context);
    checkOptions(`what "discover" of the resource "${name}" gave`, found, discoveredHints);
    return { ...definition, settings: withDiscovered(settings, found) };
  } catch (error) {
    throw withName(error, name, context.signal);
  }
}

function withDiscovered(
  declared: ResourceSettings<unknown>,
  found: DiscoveredHints,
): ResourceSettings<unknown> {
  const columns = { ...found.columns };
  for (const [name, hint] of Object.entries(declared.columns ?? {}))
    putField(columns, name, { ...ownField(columns, name), ...hint });
  return { ...found, ...declared, columns };
}
