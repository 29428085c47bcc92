import { DateTime } from 'luxon';
import { UNITS } from './path-date';
import { DATE_PARTS, type DatePart, type PathPattern } from './path-pattern';

/** The most prefixes: beyond them one listing of everything is cheaper than a listing each. */
const MOST_PREFIXES = 400;

/** The range of dates to list, `end` exclusive, in milliseconds since 1970. */
export interface SearchRange {
  readonly start: number | undefined;
  readonly end: number | undefined;
}

/**
 * What the paths of a pattern begin with. Where the pattern begins with a date and the range is closed, one prefix for
 * each period that the range reaches, so that a listing doesn't go through years for a day.
 */
export function searchPrefixes(
  { start }: PathPattern,
  range: SearchRange | undefined,
  zone: string,
): readonly string[] {
  const used = start.flatMap((piece) => (typeof piece === 'string' ? [] : [piece.part]));
  const finest = [...DATE_PARTS].reverse().find((part) => used.includes(part));
  const everywhere = [start.slice(0, firstPart(start)).join('')];
  if (finest === undefined || range?.start === undefined || range.end === undefined) return everywhere;
  const prefixes = new Set<string>();
  const unit = UNITS[finest];
  let period = DateTime.fromMillis(range.start, { zone }).startOf(unit);
  while (period.toMillis() < range.end) {
    prefixes.add(prefixAt(start, period));
    if (prefixes.size > MOST_PREFIXES) return everywhere;
    // a day may begin at one o'clock
    period = period.plus({ [unit]: 1 }).startOf(unit);
  }
  return [...prefixes];
}

const firstPart = (start: PathPattern['start']): number => {
  const at = start.findIndex((piece) => typeof piece !== 'string');
  return at < 0 ? start.length : at;
};

const prefixAt = (start: PathPattern['start'], period: DateTime): string =>
  start.map((piece) => (typeof piece === 'string' ? piece : digitsOf(piece.part, period))).join('');

const digitsOf = (part: DatePart, period: DateTime): string => period.toFormat(part);
