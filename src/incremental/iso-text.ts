import { DAY_MS } from '../interval';
import { PlainDate, Timestamp } from '../value';

const ISO = /^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d+))?)?(Z|[+-]\d\d(?::?\d\d)?)?)?$/;
const DAY_MICROS = BigInt(DAY_MS) * 1000n;

interface Written {
  readonly instant: Timestamp;
  readonly time: boolean;
  readonly offset: boolean;
}

/** The instant that an ISO date, or date and time, names; one without offset is in UTC. Undefined for any other text. */
export function parseInstantText(text: string): Timestamp | undefined {
  return readCommonForm(text) ?? readIso(text)?.instant;
}

/** The day of the latest text, since rows that follow each other mostly share it. */
let cachedDay = { text: '', midnight: 0 };

/** Reads `YYYY-MM-DDTHH:MM:SSZ`, with up to six digits of a second: what nearly every API sends, without a pattern. */
function readCommonForm(text: string): Timestamp | undefined {
  const last = text.length - 1;
  if (last < 19 || last > 26 || text.charCodeAt(last) !== 0x5a || !isCommonForm(text, last)) return undefined;
  const day = text.slice(0, 10);
  if (day !== cachedDay.text) {
    const midnight = readIso(day)?.instant.toMillis();
    if (midnight === undefined) return undefined;
    cachedDay = { text: day, midnight };
  }
  const [hour, minute, second] = [twoDigits(text, 11), twoDigits(text, 14), twoDigits(text, 17)];
  if (hour > 23 || minute > 59 || second > 59) return undefined;
  let micros = 0;
  for (let at = 20; at < 26; at++) micros = micros * 10 + (at < last ? text.charCodeAt(at) - 0x30 : 0);
  const ms = cachedDay.midnight + (hour * 3600 + minute * 60 + second) * 1000;
  return new Timestamp(BigInt(ms) * 1000n + BigInt(micros));
}

/** Whether separators and digits stand where they should after the day. */
function isCommonForm(text: string, last: number): boolean {
  if (text.charCodeAt(10) !== 0x54 || text.charCodeAt(13) !== 0x3a || text.charCodeAt(16) !== 0x3a)
    return false;
  if (last !== 19 && (last === 20 || text.charCodeAt(19) !== 0x2e)) return false;
  for (let at = 11; at < last; at++) {
    if (at === 13 || at === 16 || at === 19) continue;
    const unit = text.charCodeAt(at);
    if (unit < 0x30 || unit > 0x39) return false;
  }
  return true;
}

function twoDigits(text: string, at: number): number {
  return (text.charCodeAt(at) - 0x30) * 10 + text.charCodeAt(at + 1) - 0x30;
}

/** The calendar day that the text `YYYY-MM-DD` names; undefined for any other text. */
export function parseDateText(text: string): PlainDate | undefined {
  const written = readIso(text);
  return written === undefined || written.time ? undefined : new PlainDate(text);
}

/** Whether the text is a date and time with its offset, so that it names an instant by itself. */
export function isInstantText(text: string): boolean {
  return readIso(text)?.offset === true;
}

/** Digits below a microsecond are cut. */
function readIso(text: string): Written | undefined {
  const found = ISO.exec(text);
  if (found === null) return undefined;
  const [, year, month, day, hour = '0', minute = '0', second = '0', fraction = '', offset] = found;
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59) return undefined;
  const midnight = Date.parse(`${year}-${month}-${day}T00:00:00Z`);
  // Date.parse takes the 31st of every month.
  if (Number.isNaN(midnight) || new Date(midnight).getUTCDate() !== Number(day)) return undefined;
  const seconds = Number(hour) * 3600 + Number(minute) * 60 + Number(second) - offsetSeconds(offset);
  const micros = Number(fraction.slice(0, 6).padEnd(6, '0'));
  const instant = new Timestamp(BigInt(midnight + seconds * 1000) * 1000n + BigInt(micros));
  return { instant, time: found[4] !== undefined, offset: offset !== undefined };
}

function offsetSeconds(offset: string | undefined): number {
  if (offset === undefined || offset === 'Z') return 0;
  const seconds = Number(offset.slice(1, 3)) * 3600 + Number(offset.slice(3).replace(':', '') || '0') * 60;
  return offset.startsWith('-') ? -seconds : seconds;
}

/** `2024-01-02T03:04:05+00:00`, with six digits of a second where there is a fraction: how bounds are written for a text cursor. */
export function isoFormat(instant: Timestamp): string {
  const text = instant.toString().slice(0, -1);
  return `${/\.\d{3}$/.test(text) ? `${text}000` : text}+00:00`;
}

/** The calendar day of an instant in UTC. */
export function utcDay(instant: Timestamp): PlainDate {
  return new PlainDate(new Date(Number(floorDivide(instant.micros, 1000n))).toISOString().slice(0, 10));
}

/** The first instant of a calendar day in UTC. */
export function dayStart(date: PlainDate): Timestamp {
  return Timestamp.fromMillis(Date.parse(`${date.iso}T00:00:00Z`));
}

/** The calendar day `days` later; a part of a day counts as nothing. */
export function addDays(date: PlainDate, days: number): PlainDate {
  return utcDay(new Timestamp(dayStart(date).micros + BigInt(Math.trunc(days)) * DAY_MICROS));
}

/** Division that rounds down, also below zero. */
export function floorDivide(value: bigint, by: bigint): bigint {
  const quotient = value / by;
  return value % by < 0n ? quotient - 1n : quotient;
}
