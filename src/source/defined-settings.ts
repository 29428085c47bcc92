import type { ResourceSettings } from './types';

const NAMES = {
  primaryKey: true,
  mergeKey: true,
  writeDisposition: true,
  columns: true,
  tableName: true,
  maxTableNesting: true,
  schemaContract: true,
  onRerun: true,
} as const satisfies Readonly<Record<keyof ResourceSettings<unknown>, true>>;

/** Of what a resource is made with, how its rows are stored; what isn't given is left out. */
export function definedSettings<Item>(options: ResourceSettings<Item>): ResourceSettings<Item> {
  const settings = Object.keys(NAMES).map((name) => [name, options[name as keyof typeof NAMES]] as const);
  return Object.fromEntries(settings.filter(([, value]) => value !== undefined));
}
