import { wallTime } from '../../grid/model/grid-model';
import { zoneClock } from '../../grid/model/zone-clock';

/** Clocks are put back by less, in seconds. */
const REACH = 3 * 3600;

/**
 * A time as a person would type it: a date alone at midnight of the zone, else with its offset, for a time of day may come
 * twice there.
 * @param seconds since 1970
 */
export function typedDate(seconds: number, zone: string): string {
  const clock = zoneClock(zone, seconds - REACH, seconds);
  const { year, month, day, hour, minute } = wallTime({ clock }, seconds);
  const date = `${String(year).padStart(4, '0')}-${two(month)}-${two(day)}`;
  const rest = ((seconds % 60) + 60) % 60;
  const offset = clock.local(seconds) - seconds;
  // where clocks were just put back, midnight may have been there before
  const isFirst = clock.local(seconds - REACH) + REACH - seconds <= offset;
  if (hour === 0 && minute === 0 && rest === 0 && isFirst) return date;
  const time = `${two(hour)}:${two(minute)}${rest === 0 ? '' : `:${two(rest)}`}`;
  return `${date}T${time}${offsetText(offset)}`;
}

function offsetText(offset: number): string {
  if (offset === 0) return 'Z';
  const minutes = Math.round(Math.abs(offset) / 60);
  return `${offset < 0 ? '-' : '+'}${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
}

const two = (value: number): string => String(value).padStart(2, '0');
