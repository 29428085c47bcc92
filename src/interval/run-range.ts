import type { Interval } from './interval';

/**
 * Which time a run loads: decided once, in its plan, and carried as it is from there to every cursor. Plain JSON.
 *
 * A run without a plan (`pipeline.run`) has one of its own, of its options and the clock.
 */
export interface RunRange {
  /** `interval`: stateless, exactly the interval. `incremental`: from the stored cursor on. */
  readonly mode: 'interval' | 'incremental';
  /** The data interval; null for a run without one. Start and end are one for a manual run: from there till `now`. */
  readonly interval: Interval | null;
  /** The one now of the run, in UTC: no cursor goes beyond it. */
  readonly now: string;
  /**
   * Where incrementals start, if that is not the interval's start. In mode `interval`: where the schedule's `lookback` moves
   * it. In mode `incremental`: the aligned startDate, for a resource without a stored cursor.
   */
  readonly start?: string | undefined;
}
