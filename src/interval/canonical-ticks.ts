import type { Cron } from './cron';
import { HOUR_MS } from './duration';
import { nextTick, nextTurn } from './next-tick';

/*
 * Near a change of the clocks, the server's next tick depends on the instant from which it is computed. Elsewhere it does
 * not: computed tick by tick from any earlier day, the ticks are the same. So this file always computes from before the
 * last change of the clocks, and a cron has one sequence of ticks, whoever asks and when.
 */

/** Longer than any day with a change in it, the skipped day at the date line included. */
const UNSETTLED_MS = 48 * HOUR_MS;
/** Ticks begin in 2000; before that there is nothing to look for. */
const FIRST_TICK_MS = Date.UTC(1999, 11, 30);

/** The first tick at or after the instant (epoch milliseconds); null if there is none until the year 2100. */
export function tickAtOrAfter(cron: Cron, at: number): number | null {
  let tick = nextTick(cron, settledBefore(cron, at) - 1);
  while (tick !== null && tick < at) tick = following(cron, tick);
  return tick;
}

/** All ticks from `from` (inclusive) on, lazily; without end for most crons. */
export function* ticksFrom(cron: Cron, from: number): Generator<number, void, undefined> {
  for (let tick = tickAtOrAfter(cron, from); tick !== null; tick = following(cron, tick)) yield tick;
}

/** The last `count` ticks at or before the instant, the earliest first; fewer if there are fewer. */
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

/** The last instant up to `at` from which the following ticks are the same as from any earlier instant. */
function settledBefore(cron: Cron, at: number): number {
  if (cron.kind === 'every') return at;
  let settled = at;
  for (;;) {
    const [, change] = cron.zone.periods(settled - UNSETTLED_MS, settled + UNSETTLED_MS);
    if (change === undefined) return settled;
    settled = change.from - UNSETTLED_MS - 1;
  }
}

/** The tick after another one. In a few old changes of the clocks the server's next tick is not later: those are skipped. */
function following(cron: Cron, tick: number): number | null {
  let next = nextTick(cron, tick);
  // second by second this would take a second of time where a whole day is skipped
  for (
    let from = tick;
    next !== null && next <= tick && cron.kind === 'calendar';
    next = nextTick(cron, from)
  )
    from = nextTurn(cron, from);
  return next;
}
