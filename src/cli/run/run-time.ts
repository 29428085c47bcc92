import { checkBindings, type ResolvedRun, type RunRequest, refuseWithoutDate, resolveRun } from '../../plan';
import type { Entry } from '../../run';
import { readTyped } from '../session/typed';

/**
 * The manual run that was typed.
 * @throws USAGE for dates that exclude each other or can't be read, for one end of a range without the other, for bindings
 * that don't fit, and where it has nothing to load without a date
 */
export function typedRun(entry: Entry, request: RunRequest): ResolvedRun {
  return readTyped(() => {
    const run = resolveRun(entry, request);
    checkBindings(entry, run.input.bind);
    refuseWithoutDate(entry, run.input);
    return run;
  });
}
