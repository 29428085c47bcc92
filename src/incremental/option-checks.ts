import { anything, type ChecksOf, checkOptions, either, flag, listOf, object, text } from '../options';
import type { IncrementalOptions } from './types';

/** Names and kinds; which texts and numbers are accepted is checked where the options are resolved, with its own code. */
export const incrementalChecks: ChecksOf<IncrementalOptions<unknown>> = {
  cursor: anything,
  type: anything,
  initialValue: anything,
  endValue: anything,
  lastValueFunc: anything,
  primaryKey: either(text, listOf(text)),
  rowOrder: anything,
  rangeStart: anything,
  rangeEnd: anything,
  onCursorValueMissing: anything,
  lag: anything,
  allowExternalSchedulers: flag,
};

const incrementalOptions = object<IncrementalOptions<unknown>>(incrementalChecks);

/** @throws CONFIG_INVALID for an option that doesn't exist */
export function checkIncrementalOptions(owner: string, options: unknown): void {
  checkOptions(owner, options, incrementalOptions);
}
