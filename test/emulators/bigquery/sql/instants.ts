/** Texts of dates and times, as GoogleSQL reads and writes them. All are in UTC, which is BigQuery's default zone. */

const DATE = /^\s*(\d{4})-(\d{1,2})-(\d{1,2})\s*$/;
const TIME = /^\s*(\d{1,2}):(\d{1,2}):(\d{1,2})(?:\.(\d{1,6})\d*)?\s*$/;
const INSTANT =
  /^\s*(\d{4}-\d{1,2}-\d{1,2})(?:[Tt ](\d{1,2}:\d{1,2}:\d{1,2}(?:\.\d{1,9})?)?)?\s?([Zz]|UTC|[+-]\d{1,2}(?::?\d{2})?)?\s*$/;

/** `2020-01-31`, undefined for what is no day. */
export function dateText(text: string): string | undefined {
  const match = DATE.exec(text);
  if (match === null) return undefined;
  const [year, month, day] = [Number(match[1]), Number(match[2]), Number(match[3])];
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  if (year === 0 || date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day) return undefined;
  return date.toISOString().slice(0, 10);
}

/** `08:09:10.123456`, undefined for what is no time of a day. */
export function timeText(text: string): string | undefined {
  const match = TIME.exec(text);
  if (match === null) return undefined;
  const [hour, minute, second] = [Number(match[1]), Number(match[2]), Number(match[3])];
  if (hour > 23 || minute > 59 || second > 59) return undefined;
  const two = (value: number): string => String(value).padStart(2, '0');
  return `${two(hour)}:${two(minute)}:${two(second)}.${(match[4] ?? '').padEnd(6, '0')}`;
}

/** Microseconds since 1970 of an instant, or of a day and time without a zone. */
export function microsOf(text: string, zone: 'allowed' | 'refused'): bigint | undefined {
  const match = INSTANT.exec(text);
  if (match === null || (zone === 'refused' && match[3] !== undefined)) return undefined;
  const date = dateText(match[1]!);
  const time = timeText(match[2] ?? '00:00:00');
  const offset = offsetMinutes(match[3]);
  if (date === undefined || time === undefined || offset === undefined) return undefined;
  const millis = Date.parse(`${date}T${time.slice(0, 8)}Z`);
  return BigInt(millis - offset * 60_000) * 1000n + BigInt(time.slice(9));
}

function offsetMinutes(zone: string | undefined): number | undefined {
  const match = /^([+-])(\d{1,2})(?::?(\d{2}))?$/.exec(zone ?? '+0');
  if (match === null) return 0;
  const minutes = Number(match[2]) * 60 + Number(match[3] ?? 0);
  return minutes > 14 * 60 ? undefined : match[1] === '-' ? -minutes : minutes;
}

/** A fraction of a second as GoogleSQL writes it: none, three digits or six. */
const fractionText = (micros: bigint): string => {
  const digits = micros.toString().padStart(6, '0');
  return micros === 0n ? '' : `.${digits.endsWith('000') ? digits.slice(0, 3) : digits}`;
};

/** `2020-01-31 08:09:10.123`. */
export function datetimeText(micros: bigint, between = ' '): string {
  const fraction = ((micros % 1_000_000n) + 1_000_000n) % 1_000_000n;
  const iso = new Date(Number((micros - fraction) / 1000n)).toISOString();
  return `${iso.slice(0, 10)}${between}${iso.slice(11, 19)}${fractionText(fraction)}`;
}

/** `08:09:10.123456`, from microseconds of the day. */
export const timeOfMicros = (micros: bigint): string => datetimeText(micros).slice(11);
