import { type ResolvedRun, type RunRequest, resolveRun } from '../../plan';
import type { Entry } from '../../run';
import { readTyped } from '../session/options';

/**
 * The manual run that was typed.
 * @throws USAGE for dates that exclude each other or can't be read, and for one end of a range without the other
 */
export function typedRun(entry: Entry, request: RunRequest): ResolvedRun {
  return readTyped(() => resolveRun(entry, request));
}
