import { readWrittenInstant } from '../interval';
import { compareCodePoints } from '../value';

/** Where an ISO text lies in time: whole seconds since 1970, and what is beyond them in units of 10^-15 s. */
export interface IsoPoint {
  seconds: number;
  fraction: number;
}

const DIGITS = 15;
const SCALE: readonly number[] = Array.from({ length: DIGITS + 1 }, (_, digits) => 10 ** (DIGITS - digits));

/** The latest day read, as the number YYYYMMDD, since rows that follow each other mostly share it. */
let cachedDay = { number: -1, midnight: 0 };

/**
 * Reads an ISO date, or date and time, into `into`; one without offset is in UTC. False for any other text. What APIs
 * send is read without a pattern, and digits of a second are kept that a timestamp has no room for.
 */
export function readIso(text: string, into: IsoPoint): boolean {
  const separator = text.charCodeAt(10);
  const inFull =
    text.length >= 19 &&
    (separator === 0x54 || separator === 0x20) &&
    text.charCodeAt(13) === 0x3a &&
    text.charCodeAt(16) === 0x3a;
  if (!inFull) return readOther(text, into);
  const midnight = readDay(text);
  const hour = twoDigits(text, 11);
  const minute = twoDigits(text, 14);
  const second = twoDigits(text, 17);
  if (
    midnight === undefined ||
    hour < 0 ||
    hour > 23 ||
    minute < 0 ||
    minute > 59 ||
    second < 0 ||
    second > 59
  )
    return false;
  let at = 19;
  let fraction = 0;
  const point = text.charCodeAt(at);
  if (point === 0x2e || point === 0x2c) {
    const from = ++at;
    for (let digit = digitAt(text, at); digit >= 0; digit = digitAt(text, ++at))
      if (at - from < DIGITS) fraction = fraction * 10 + digit;
    if (at === from) return false;
    fraction *= SCALE[Math.min(at - from, DIGITS)]!;
  }
  const offset = readOffset(text, at);
  if (offset === undefined) return readOther(text, into);
  into.seconds = midnight + hour * 3600 + minute * 60 + second - offset;
  into.fraction = fraction;
  return true;
}

/** Negative, zero or positive. */
export function comparePoints(a: IsoPoint, b: IsoPoint): number {
  return a.seconds === b.seconds ? a.fraction - b.fraction : a.seconds - b.seconds;
}

/**
 * Order of two ISO texts as the instants that they name; of two texts that name none, as text; undefined where only
 * one of them does.
 */
export function compareIsoTexts(a: string, b: string): number | undefined {
  const [left, right] = [remembered(a), remembered(b)];
  if (left !== undefined && right !== undefined) return comparePoints(left, right);
  if (left !== undefined || right !== undefined) return undefined;
  return compareCodePoints(a, b);
}

/** Points of the texts compared last: a row is compared with the same few bounds again and again. */
const points = new Map<string, IsoPoint | undefined>();
const MOST_POINTS = 64;

function remembered(text: string): IsoPoint | undefined {
  const known = points.get(text);
  if (known !== undefined || points.has(text)) return known;
  if (points.size >= MOST_POINTS) points.clear();
  const point = pointOf(text);
  points.set(text, point);
  return point;
}

/** The point that a text names; undefined if it names none. */
export function pointOf(text: string): IsoPoint | undefined {
  const point: IsoPoint = { seconds: 0, fraction: 0 };
  return readIso(text, point) ? point : undefined;
}

function readDay(text: string): number | undefined {
  const century = twoDigits(text, 0);
  const year = twoDigits(text, 2);
  const month = twoDigits(text, 5);
  const day = twoDigits(text, 8);
  if (century < 0 || year < 0 || month < 0 || day < 0) return undefined;
  if (text.charCodeAt(4) !== 0x2d || text.charCodeAt(7) !== 0x2d) return undefined;
  const number = ((century * 100 + year) * 100 + month) * 100 + day;
  if (number !== cachedDay.number) {
    const written = readWrittenInstant(text.slice(0, 10));
    if (written === undefined) return undefined;
    cachedDay = { number, midnight: written.wallMs / 1000 };
  }
  return cachedDay.midnight;
}

/** Seconds east of UTC from what stands behind the time; undefined where it is for the pattern to say. */
function readOffset(text: string, at: number): number | undefined {
  const rest = text.length - at;
  if (rest === 0) return 0;
  const sign = text.charCodeAt(at);
  if (rest === 1) return sign === 0x5a ? 0 : undefined;
  if (sign !== 0x2b && sign !== 0x2d) return undefined;
  const colon = rest === 6 && text.charCodeAt(at + 3) === 0x3a;
  if (rest !== 3 && rest !== 5 && !colon) return undefined;
  const hours = twoDigits(text, at + 1);
  const minutes = rest === 3 ? 0 : twoDigits(text, at + (colon ? 4 : 3));
  if (hours < 0 || hours > 23 || minutes < 0 || minutes > 59) return undefined;
  return (sign === 0x2d ? -1 : 1) * (hours * 3600 + minutes * 60);
}

/** A date alone, a time without seconds, and what is no instant. */
function readOther(text: string, into: IsoPoint): boolean {
  const written = readWrittenInstant(text);
  if (written === undefined) return false;
  const ms = written.wallMs - (written.offsetMs ?? 0);
  into.seconds = Math.floor(ms / 1000);
  into.fraction = (ms - into.seconds * 1000) * 1e12 + written.micros * 1e9;
  return true;
}

function twoDigits(text: string, at: number): number {
  const tens = digitAt(text, at);
  const ones = digitAt(text, at + 1);
  return tens < 0 || ones < 0 ? -1 : tens * 10 + ones;
}

/** -1 where there is none. */
function digitAt(text: string, at: number): number {
  const digit = text.charCodeAt(at) - 0x30;
  return digit >= 0 && digit <= 9 ? digit : -1;
}
