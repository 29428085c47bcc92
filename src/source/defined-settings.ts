import { withoutUndefined } from '../value';
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

type Given<T> = { readonly [K in keyof T]?: T[K] | undefined };

/** The settings among a resource's options that say how its rows are stored; those that are undefined are left out. */
export function definedSettings<Item>(options: Given<ResourceSettings<Item>>): ResourceSettings<Item> {
  const names = Object.keys(NAMES) as (keyof typeof NAMES)[];
  return withoutUndefined(Object.fromEntries(names.map((name) => [name, options[name]])));
}
