import type { DateTime } from 'luxon';
import { z } from 'zod';
import { shown, TidemarkError } from '../errors';
import { formatInstant, parseInstant, zoneNamed } from '../interval';
import { isDateTime, PlainDate, Timestamp } from '../value';

/** What may be written where an instant is wanted: ISO text (UTC where it has no offset), a date, unix seconds. */
export type InstantInput = string | number | Date | DateTime | Timestamp | PlainDate;

function epochMs(value: unknown): number | undefined {
  if (typeof value === 'string') return parseInstant(value, zoneNamed('UTC'));
  if (typeof value === 'number') return Number.isFinite(value) ? value * 1000 : undefined;
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? undefined : value.getTime();
  if (value instanceof Timestamp) return value.toMillis();
  if (value instanceof PlainDate) return parseInstant(value.iso, zoneNamed('UTC'));
  if (isDateTime(value)) return value.isValid ? value.toMillis() : undefined;
  return undefined;
}

function requireMs(value: unknown): number {
  const ms = epochMs(value);
  if (ms !== undefined) return ms;
  throw new TidemarkError(
    'INSTANT_INVALID',
    `"${shown(value)}" is not an instant; write ISO text such as 2024-01-31 or 2024-01-31T06:00:00Z, a Date, a luxon DateTime, or unix seconds.`,
    { details: { value: shown(value) } },
  );
}

/**
 * Whole unix seconds of an instant, rounded down.
 *
 * @throws INSTANT_INVALID
 * @example unix('2000-01-01') // 946684800
 */
export function unix(value: InstantInput): number {
  return Math.floor(requireMs(value) / 1000);
}

/**
 * ISO text with `Z` of an instant.
 *
 * @throws INSTANT_INVALID
 */
export function isoText(value: InstantInput): string {
  return formatInstant(requireMs(value));
}

/**
 * A config field that holds an instant. Accepts ISO text (UTC where it has no offset), Date, luxon DateTime, unix
 * seconds; the source gets ISO text with `Z`, or a default as it was written: read it with {@link unix} or
 * {@link isoText}.
 *
 * @example startDate: instant().default('2000-01-01')
 */
export function instant(): z.ZodType<string, InstantInput> {
  return z.unknown().transform((value, context): string => {
    try {
      return isoText(value as InstantInput);
    } catch (error) {
      context.addIssue({ code: 'custom', message: (error as Error).message, input: value });
      return z.NEVER;
    }
  }) as unknown as z.ZodType<string, InstantInput>;
}
