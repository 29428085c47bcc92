/** Wall clocks of a time zone over a range of time: the offsets are looked up once, so that thousands of times cost little. */
export interface ZoneClock {
  readonly zone: string;
  /** Seconds since 1970 as the zone's clock shows them: `new Date(seconds * 1000)` has them in its UTC fields. */
  readonly local: (seconds: number) => number;
}

/** From `since` on, the zone's clock is `offset` seconds ahead of UTC. */
interface OffsetChange {
  readonly since: number;
  readonly offset: number;
}

const WEEK = 7 * 86_400;
const MOST_LOOKS = 6_000;

/**
 * @param zone IANA; one that the browser doesn't know is read as UTC
 * @param from the earliest time, in seconds since 1970
 * @param to the latest
 */
export function zoneClock(zone: string, from: number, to: number): ZoneClock {
  const offsetAt = offsetReader(zone);
  if (offsetAt === undefined) return { zone: 'UTC', local: (seconds) => seconds };
  const changes = offsetChanges(offsetAt, from, to);
  return { zone, local: (seconds) => seconds + offsetOf(changes, seconds) };
}

function offsetReader(zone: string): ((seconds: number) => number) | undefined {
  try {
    const format = new Intl.DateTimeFormat('en-US', {
      timeZone: zone,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
    return (seconds) => {
      const parts = format.formatToParts(seconds * 1000);
      const read = (type: string): number => Number(parts.find((part) => part.type === type)?.value);
      const wall = Date.UTC(
        read('year'),
        read('month') - 1,
        read('day'),
        read('hour'),
        read('minute'),
        read('second'),
      );
      return wall / 1000 - seconds;
    };
  } catch {
    return undefined;
  }
}

function offsetChanges(offsetAt: (seconds: number) => number, from: number, to: number): OffsetChange[] {
  const step = Math.max(WEEK, Math.ceil((to - from) / MOST_LOOKS));
  const changes = [{ since: from, offset: offsetAt(from) }];
  for (let at = from; at < to; at += step) {
    const next = Math.min(at + step, to);
    const offset = offsetAt(next);
    if (offset === changes.at(-1)!.offset) continue;
    changes.push({ since: firstWith(offsetAt, offset, at, next), offset });
  }
  return changes;
}

/** The first second in `(before, at]` from which on the offset is `offset`. */
function firstWith(
  offsetAt: (seconds: number) => number,
  offset: number,
  before: number,
  at: number,
): number {
  let [low, high] = [before, at];
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (offsetAt(middle) === offset) high = middle;
    else low = middle;
  }
  return high;
}

function offsetOf(changes: readonly OffsetChange[], seconds: number): number {
  let [low, high] = [0, changes.length - 1];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (changes[middle]!.since <= seconds) low = middle;
    else high = middle - 1;
  }
  return changes[low]!.offset;
}
