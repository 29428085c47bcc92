import { IANAZone } from 'luxon';
import { shown, TidemarkError } from '../errors';
import { DAY_MS } from './duration';

/** A stretch of time in which a zone keeps one offset. */
export interface OffsetPeriod {
  /** Epoch milliseconds. */
  readonly from: number;
  /** Milliseconds east of UTC. */
  readonly offset: number;
}

/** A time zone, with its offsets remembered. */
export interface Zone {
  readonly name: string;
  /** Milliseconds to add to an instant for the zone's wall clock. */
  offsetAt(ms: number): number;
  /** The periods within `[from, to]`, in order; the first one is said to start at `from`. */
  periods(from: number, to: number): readonly OffsetPeriod[];
}

/** Few transitions lie in one, and a year's schedule needs two or three. A whole number of seconds, as transitions are. */
const BUCKET_MS = 200 * DAY_MS;
/** Less than the time after which any zone takes a change back (compared day by day, all zones, 2000 to 2038). */
const SCAN_MS = 6 * DAY_MS;

/** Names of three letters that the zone database has; the runtime also takes older ones, which the server refuses. */
const SHORT_NAMES = new Set('CET EET EST GMT HST MET MST PRC ROC ROK UCT UTC WET'.split(' '));

const zones = new Map<string, Zone>();

/**
 * The zone of an IANA name. Offsets are looked up once for each stretch of time and kept, since a lookup costs about
 * 14 µs and a cron asks several times a tick.
 *
 * @throws TidemarkError `ZONE_INVALID` for a name that isn't in the zone database, or not spelled as there: for
 * the server capitals count
 */
export function zoneNamed(name: string): Zone {
  const known = zones.get(name);
  if (known !== undefined) return known;
  if (!isZoneName(name)) throw invalidZone(name);
  const zone = name === 'UTC' ? UTC : makeZone(name);
  zones.set(name, zone);
  return zone;
}

const UTC: Zone = {
  name: 'UTC',
  offsetAt: () => 0,
  periods: (from) => [{ from, offset: 0 }],
};

function makeZone(name: string): Zone {
  const iana = IANAZone.create(name);
  const read = (ms: number): number => Math.round(iana.offset(ms) * 60_000);
  const buckets = new Map<number, readonly OffsetPeriod[]>();
  let lastIndex = Number.NaN;
  let last: readonly OffsetPeriod[] = [];
  const bucketAt = (index: number): readonly OffsetPeriod[] => {
    if (index === lastIndex) return last;
    let found = buckets.get(index);
    if (found === undefined) {
      found = scan(read, index * BUCKET_MS, (index + 1) * BUCKET_MS);
      buckets.set(index, found);
    }
    lastIndex = index;
    last = found;
    return found;
  };
  return {
    name,
    offsetAt(ms) {
      const periods = bucketAt(Math.floor(ms / BUCKET_MS));
      let at = periods.length - 1;
      while (at > 0 && periods[at]!.from > ms) at -= 1;
      return periods[at]!.offset;
    },
    periods(from, to) {
      const found: OffsetPeriod[] = [{ from, offset: this.offsetAt(from) }];
      for (let index = Math.floor(from / BUCKET_MS); index * BUCKET_MS <= to; index += 1)
        for (const period of bucketAt(index))
          if (period.from > from && period.from <= to && period.offset !== found.at(-1)!.offset)
            found.push(period);
      return found;
    },
  };
}

/** All periods of `[from, to)`, each change found to the second. */
function scan(read: (ms: number) => number, from: number, to: number): readonly OffsetPeriod[] {
  const periods: OffsetPeriod[] = [{ from, offset: read(from) }];
  for (let left = from; left < to; left += SCAN_MS) {
    const right = Math.min(left + SCAN_MS, to - 1000);
    const last = read(right);
    for (let { offset } = periods.at(-1)!; offset !== last; ) {
      const change = firstChange(read, Math.max(left, periods.at(-1)!.from), right);
      offset = read(change);
      periods.push({ from: change, offset });
    }
  }
  return periods;
}

/** The first instant after `low` with another offset than `low` has, found by halving; `high` has another one. */
function firstChange(read: (ms: number) => number, low: number, high: number): number {
  const offset = read(low);
  let before = low / 1000;
  let after = high / 1000;
  while (after - before > 1) {
    const middle = Math.floor((before + after) / 2);
    if (read(middle * 1000) === offset) before = middle;
    else after = middle;
  }
  return after * 1000;
}

function isZoneName(name: string): boolean {
  if (!/^[A-Z]/.test(name) || !IANAZone.isValidZone(name)) return false;
  if (/^[A-Z]{3}$/.test(name)) return SHORT_NAMES.has(name);
  return spelling(name) === undefined;
}

/** The name as the zone database spells it, where it differs from `name` in capitals only. */
function spelling(name: string): string | undefined {
  if (name.toLowerCase() === 'utc') return name === 'UTC' ? undefined : 'UTC';
  return Intl.supportedValuesOf('timeZone').find(
    (one) => one !== name && one.toLowerCase() === name.toLowerCase(),
  );
}

function invalidZone(name: string): TidemarkError {
  const right = spelling(name);
  const cure =
    right === undefined
      ? 'give a name of the IANA zone database, such as "Europe/Berlin", or "UTC"'
      : `did you mean "${right}"?`;
  return new TidemarkError('ZONE_INVALID', `The time zone "${shown(name)}" is not known; ${cure}`, {
    details: { value: name },
  });
}
