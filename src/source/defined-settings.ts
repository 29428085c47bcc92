import { withoutUndefined } from '../value';
import { settingChecks } from './option-checks';
import type { ResourceSettings } from './types';

const NAMES = Object.keys(settingChecks) as readonly (keyof ResourceSettings<unknown>)[];

type Given<T> = { readonly [K in keyof T]?: T[K] | undefined };

/** The settings among a resource's options that say how its rows are stored; those that are undefined are left out. */
export function definedSettings<Item>(options: Given<ResourceSettings<Item>>): ResourceSettings<Item> {
  return withoutUndefined(Object.fromEntries(NAMES.map((name) => [name, options[name]])));
}
