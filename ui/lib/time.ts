/** A half-open range of UTC instants. */
interface Range {
  readonly start: string;
  readonly end: string;
}

interface Parts {
  readonly date: string;
  readonly time: string;
  readonly seconds: string;
}

const formats = new Map<string, Intl.DateTimeFormat>();

/** `2023-02-05` where it is midnight in the zone, else `2023-02-05 06:00`; seconds only where there are some. */
export function formatInstant(iso: string, zone = 'UTC'): string {
  const parts = partsOf(iso, zone);
  if (parts === undefined) return iso;
  return parts.time === '00:00' && parts.seconds === '00' ? parts.date : withTime(parts);
}

/** `2023-02-05 06:00`, midnight too. */
export function formatTime(iso: string, zone = 'UTC'): string {
  const parts = partsOf(iso, zone);
  return parts === undefined ? iso : withTime(parts);
}

/** `2023-02-05` */
export function formatDay(iso: string, zone = 'UTC'): string {
  return partsOf(iso, zone)?.date ?? iso;
}

/** Seconds since 1970 as a UTC instant, `2023-02-05T00:00:00Z`. */
export function instantOf(seconds: number): string {
  return new Date(seconds * 1000).toISOString().replace('.000Z', 'Z');
}

/** `[2023-02-05, 2023-02-12)`; a run without one is `–`. */
export function formatInterval(interval: Range | null | undefined, zone = 'UTC'): string {
  return interval ? `[${formatInstant(interval.start, zone)}, ${formatInstant(interval.end, zone)})` : '–';
}

/** `0.4 s`, `12 s`, `3 min 5 s`, `2 h 10 min`, `3 days 4 h`; a part that is 0 is left away. */
export function formatDuration(ms: number): string {
  const seconds = Math.max(0, ms) / 1000;
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return inTwo(Math.floor(whole / 60), 'min', whole % 60, 's');
  const hours = Math.floor(whole / 3600);
  if (hours < 48) return inTwo(hours, 'h', Math.floor((whole % 3600) / 60), 'min');
  return inTwo(Math.floor(hours / 24), 'days', hours % 24, 'h');
}

const inTwo = (large: number, of: string, small: number, ofSmall: string): string =>
  small === 0 ? `${large} ${of}` : `${large} ${of} ${small} ${ofSmall}`;

/** `just now`, `5 min ago`, `in 2 h`, `3 days ago`: one unit, rounded down. */
export function ago(instant: string, now: number | string | Date): string {
  const ms = new Date(now).getTime() - Date.parse(instant);
  if (Number.isNaN(ms)) return instant;
  const length = inWords(Math.abs(ms));
  if (length === undefined) return ms < 0 ? 'in less than a minute' : 'just now';
  return ms < 0 ? `in ${length}` : `${length} ago`;
}

/** A length in one unit, rounded down: `5 min`, `2 h`, `3 days`, `less than a minute`. */
export function roughly(ms: number): string {
  return inWords(ms) ?? 'less than a minute';
}

/** Undefined below a minute. */
function inWords(ms: number): string | undefined {
  const minutes = Math.floor(ms / 60_000);
  if (minutes < 1) return undefined;
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return `${hours} h`;
  return `${Math.floor(hours / 24)} days`;
}

function withTime({ date, time, seconds }: Parts): string {
  return seconds === '00' ? `${date} ${time}` : `${date} ${time}:${seconds}`;
}

function partsOf(iso: string, zone: string): Parts | undefined {
  const at = Date.parse(iso);
  if (Number.isNaN(at)) return undefined;
  // sv-SE writes `2023-02-05 06:00:00`
  const [date = '', time = ''] = formatOf(zone).format(at).split(' ');
  return { date, time: time.slice(0, 5), seconds: time.slice(6, 8) };
}

/** Kept, for making one takes longer than a thousand uses. A zone that the browser doesn't know is UTC. */
function formatOf(zone: string): Intl.DateTimeFormat {
  const known = formats.get(zone);
  if (known !== undefined) return known;
  const options = { dateStyle: 'short', timeStyle: 'medium', hourCycle: 'h23' } as const;
  let made: Intl.DateTimeFormat;
  try {
    made = new Intl.DateTimeFormat('sv-SE', { ...options, timeZone: zone });
  } catch {
    made = new Intl.DateTimeFormat('sv-SE', { ...options, timeZone: 'UTC' });
  }
  formats.set(zone, made);
  return made;
}
