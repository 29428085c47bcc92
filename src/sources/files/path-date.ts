import { DateTime } from 'luxon';
import { TidemarkError } from '../../errors';
import { Timestamp } from '../../value';
import { DATE_PARTS, type DatePart } from './path-pattern';

/** Groups that a regular expression of the user's may name, by the part of the date that they hold. */
const GROUP_NAMES: Readonly<Record<DatePart, readonly string[]>> = {
  yyyy: ['yyyy', 'year'],
  MM: ['MM', 'month'],
  dd: ['dd', 'day'],
  HH: ['HH', 'hour'],
  mm: ['mm', 'minute'],
};

/** The units of luxon, by part. */
export const UNITS = { yyyy: 'year', MM: 'month', dd: 'day', HH: 'hour', mm: 'minute' } as const;

/** The parts of a date that a regular expression names, coarse to fine. */
export function datePartsOf(regex: RegExp): readonly DatePart[] {
  return DATE_PARTS.filter((part) => GROUP_NAMES[part].some((name) => regex.source.includes(`(?<${name}>`)));
}

/**
 * The instant at which the time begins that a path names: `{yyyy}/{MM}/{dd}` the day's first one in `zone`. Undefined for
 * a path that `regex` doesn't match.
 *
 * @throws FILE_INVALID for a date that doesn't exist, such as February 30th
 */
export function dateInPath(path: string, regex: RegExp, zone: string): Timestamp | undefined {
  const groups = new RegExp(regex.source, regex.flags.replace(/[gy]/g, '')).exec(path)?.groups;
  if (groups === undefined) return undefined;
  const fields: Record<string, number> = {};
  for (const part of DATE_PARTS) {
    const text = GROUP_NAMES[part].map((name) => groups[name]).find((value) => value !== undefined);
    if (text !== undefined) fields[UNITS[part]] = Number(text);
  }
  const date = DateTime.fromObject(fields, { zone });
  if (date.isValid) return Timestamp.fromMillis(date.toMillis());
  throw new TidemarkError(
    'FILE_INVALID',
    `The path "${path}" names the date ${JSON.stringify(fields)}, which doesn't exist. Rename the file, or make the pattern narrower.`,
    { details: { file: path } },
  );
}
