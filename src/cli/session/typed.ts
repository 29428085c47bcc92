import { isTidemarkError, TidemarkError } from '../../errors';
import { typedInstant } from '../../plan';
import type { Entry } from '../../run';

/** Codes of dates and ranges that can't be read, and of parameters that no resource has. */
const TYPED_CODES = new Set(['INSTANT_INVALID', 'INTERVAL_INVALID', 'DURATION_INVALID', 'PARAM_INVALID']);

/**
 * Reads what was typed: a date, range or parameter that can't be taken is wrong use, whoever finds it.
 * @throws USAGE with the reader's own message
 */
export function readTyped<T>(read: () => T): T {
  try {
    return read();
  } catch (cause) {
    if (!isTidemarkError(cause) || !TYPED_CODES.has(cause.code)) throw cause;
    throw new TidemarkError('USAGE', cause.message, { details: cause.details });
  }
}

/**
 * The typed ends of a range as UTC instants; either may be missing. Without an offset they are in the schedule's zone.
 * @throws USAGE for a date that can't be read, or an end that isn't after its start
 */
export function typedRange(
  entry: Entry,
  options: { readonly from?: string | undefined; readonly to?: string | undefined },
): { readonly from: string | undefined; readonly to: string | undefined } {
  const read = (text: string | undefined): string | undefined =>
    text === undefined ? undefined : readTyped(() => typedInstant(entry, text));
  const from = read(options.from);
  const to = read(options.to);
  if (from !== undefined && to !== undefined && Date.parse(to) <= Date.parse(from))
    throw new TidemarkError(
      'USAGE',
      `--to "${options.to}" does not lie after --from "${options.from}"; --to is exclusive, give a later one.`,
    );
  return { from, to };
}
