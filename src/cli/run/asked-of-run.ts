import type { LoadOptions } from '../../contracts';
import type { Interval } from '../../interval';
import { timetableOf } from '../../plan';
import type { Entry } from '../../run';
import type { StartedWith } from '../../temporal';

/** What a run was asked for that ended before its plan said so. */
export interface AskedOfRun {
  /** Null for a run without a date; undefined where it can't be known, so that no command would load it again. */
  readonly interval: Interval | null | undefined;
  /** @default all of the pipeline */
  readonly resources?: readonly string[] | undefined;
  readonly options: LoadOptions;
}

/** @param entry of its pipeline; undefined where the config has none any more */
export function askedOfRun({ input, nominal }: StartedWith, entry: Entry | undefined): AskedOfRun {
  const { resources, bind, fullRefresh, replace, force } = input;
  return {
    interval: intervalOf({ input, nominal }, entry),
    resources,
    options: { bind, fullRefresh, replace, force },
  };
}

function intervalOf(
  { input: { time }, nominal }: StartedWith,
  entry: Entry | undefined,
): Interval | null | undefined {
  if (time?.kind === 'interval') return time.interval;
  if (time?.kind === 'logicalDate') return { start: time.at, end: time.at };
  if (time?.kind === 'now') return null;
  const schedule = entry?.schedule;
  if (schedule === undefined) return undefined;
  if (time?.kind === 'intervalAt') return timetableOf(schedule).intervalBefore(time.at) ?? undefined;
  return nominal === undefined ? undefined : (timetableOf(schedule).intervalEndingAt(nominal) ?? undefined);
}
