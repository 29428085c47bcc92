import type { Secret } from '../config';

/** Values of a config that are given as a whole, never field by field. */
export type WholeConfigValue =
  | Date
  | Secret
  | { toMillis(): number }
  | { readonly iso: string }
  | ((...parameters: never) => unknown);
