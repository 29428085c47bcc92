import type { Interval } from '../../interval';
import {
  lookbackStart,
  type ResolvedRun,
  type RunRequest,
  resolveRun,
  runInterval,
  timetableOf,
} from '../../plan';
import type { Entry } from '../../run';
import { readTyped } from '../session/options';

/**
 * The manual run that was typed.
 * @throws USAGE for dates that exclude each other or can't be read, and for one end of a range without the other
 */
export function typedRun(entry: Entry, request: RunRequest): ResolvedRun {
  return readTyped(() => resolveRun(entry, request));
}

/** What a run loads at this moment without Temporal: the same as its workflow would. */
export function localRunTime(
  entry: Entry,
  request: RunRequest,
  now: string,
): {
  readonly interval?: Interval;
  readonly lookbackStart?: string;
  readonly firstStart?: string;
  readonly loads: boolean;
  readonly note?: string;
} {
  const { input } = typedRun(entry, request);
  const plan = { version: 1, kind: 'manual', startedAt: now, origin: 'local', run: input } as const;
  const { interval, loads, note } = runInterval(entry, plan);
  const firstStart =
    entry.mode === 'incremental' && entry.schedule !== undefined
      ? timetableOf(entry.schedule).firstInterval?.start
      : undefined;
  const lookback = lookbackStart(entry, interval);
  return {
    loads,
    ...(interval === null ? {} : { interval }),
    ...(lookback === undefined ? {} : { lookbackStart: lookback }),
    ...(firstStart === undefined ? {} : { firstStart }),
    ...(note === undefined ? {} : { note }),
  };
}
