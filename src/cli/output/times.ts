import { zoneNamed } from '../../interval';
import { formatInstant, formatInterval } from './format';
import type { Terminal } from './terminal';

/** How instants are shown to a person: on the wall clock of a zone, which is said once. */
export interface Times {
  /** `2023-02-05`, or `2023-02-05T06:30` where it isn't midnight; near a change of the clock with its offset. */
  instant(iso: string): string;
  /** `[2023-02-05, 2023-02-12)`; a run without an interval is `–`. */
  interval(interval: { readonly start: string; readonly end: string } | null | undefined): string;
  /** The zone, to be said once; empty for UTC, whose times end in Z. */
  readonly zone: string;
}

const UTC: Times = {
  instant: formatInstant,
  interval: (interval) => formatInterval(interval ?? undefined),
  zone: '',
};

/** Within this of a change of the clock one wall time may be two instants. */
const NEAR_MS = 3 * 3_600_000;

/**
 * Times on the wall clock of a schedule's zone: as they are shown they can be typed, `--from 2023-02-05T06:30`.
 * @param zone an IANA name. @default UTC
 */
export function timesIn(zone = 'UTC'): Times {
  if (zone === 'UTC' || zone === 'Etc/UTC') return UTC;
  const { offsetAt } = zoneNamed(zone);
  const instant = (iso: string): string => {
    const ms = Date.parse(iso);
    const offset = offsetAt(ms);
    const [date = '', time = ''] = new Date(ms + offset).toISOString().split('T');
    const isFixed = [-NEAR_MS, NEAR_MS].every((away) => offsetAt(ms + away) === offset);
    const clock = time.replace(/(:00)?(\.0+)?Z$/, '').replace(/\.(\d+)Z$/, '.$1');
    if (isFixed) return clock === '00:00' ? date : `${date}T${clock}`;
    return `${date}T${clock}${offsetText(offset)}`;
  };
  return {
    zone,
    instant,
    interval: (interval) =>
      interval ? `[${instant(interval.start)}, ${instant(interval.end)})` : formatInterval(undefined),
  };
}

/** `+02:00`. */
function offsetText(offset: number): string {
  const minutes = Math.round(Math.abs(offset) / 60_000);
  const part = (value: number): string => String(value).padStart(2, '0');
  return `${offset < 0 ? '-' : '+'}${part(Math.floor(minutes / 60))}:${part(minutes % 60)}`;
}

/** ` (times in Europe/Berlin)`, to end a line with; empty for UTC. */
export const zoneNote = ({ zone }: Times): string => (zone === '' ? '' : ` (times in ${zone})`);

/** Says on a line of its own in which zone the times are; nothing for UTC. */
export function sayZone(terminal: Pick<Terminal, 'err'>, zone: string | undefined): void {
  const times = timesIn(zone);
  if (times.zone !== '') terminal.err(`Times are in ${times.zone}.`);
}
