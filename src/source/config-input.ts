import type { Secret } from '../config';

/** Values of a config that are handed over as a whole, never field by field. */
export type InstantInputValue =
  | Date
  | Secret
  | { toMillis(): number }
  | { readonly iso: string }
  | ((...parameters: never) => unknown);
