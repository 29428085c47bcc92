import type { Cron } from './cron';
import { HOUR_MS } from './duration';
import { nextTick } from './next-tick';

/*
 * The server's next tick depends, near a change of the clocks, on where one starts; and only there: a chain that enters
 * a day from an earlier one is the same chain wherever it began. So the ticks of a cron are those of a chain that began
 * before the last change, and what is asked here has one answer, whoever asks it and when.
 */

/** Longer than any day with a change in it, the skipped day at the date line included. */
const UNSETTLED_MS = 48 * HOUR_MS;
/** Ticks begin in 2000; before that there is nothing to look for. */
const FIRST_TICK_MS = Date.UTC(1999, 11, 30);

/** The first tick at or after the instant (epoch milliseconds); null where there is none up to the year 2100. */
export function tickAtOrAfter(cron: Cron, at: number): number | null {
  let tick = nextTick(cron, settledBefore(cron, at) - 1);
  while (tick !== null && tick < at) tick = following(cron, tick);
  return tick;
}

/** All ticks from `from` (inclusive) on, lazily; without end for most crons. */
export function* ticksFrom(cron: Cron, from: number): Generator<number, void, undefined> {
  for (let tick = tickAtOrAfter(cron, from); tick !== null; tick = following(cron, tick)) yield tick;
}

/** The last `count` ticks at or before the instant, the earliest first; fewer where there aren't so many. */
export function lastTicks(cron: Cron, at: number, count: number): readonly number[] {
  for (let reach = HOUR_MS; ; reach *= 8) {
    const from = Math.max(at - reach, cron.kind === 'every' ? Number.NEGATIVE_INFINITY : FIRST_TICK_MS);
    const found: number[] = [];
    for (const tick of ticksFrom(cron, from)) {
      if (tick > at) break;
      found.push(tick);
      if (found.length > count) found.shift();
    }
    if (found.length === count || from > at - reach) return found;
  }
}

/** The last instant up to `at` from which the chain is the same as from any earlier one. */
function settledBefore(cron: Cron, at: number): number {
  if (cron.kind === 'every') return at;
  let settled = at;
  for (;;) {
    const [, change] = cron.zone.periods(settled - UNSETTLED_MS, settled + UNSETTLED_MS);
    if (change === undefined) return settled;
    settled = change.from - UNSETTLED_MS - 1;
  }
}

/** The next tick of a running chain. A chain that stood still or ran back would be no chain. */
function following(cron: Cron, tick: number): number | null {
  let next = nextTick(cron, tick);
  for (let from = tick; next !== null && next <= tick; next = nextTick(cron, from)) from += 1000;
  return next;
}
