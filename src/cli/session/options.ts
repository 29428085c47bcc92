import { InvalidArgumentError } from 'commander';
import { isTidemarkError, TidemarkError } from '../../errors';
import { typedInstant } from '../../plan';
import type { Entry } from '../../run';

/** For an option that may be given several times. */
export function collect(value: string, earlier: readonly string[] = []): string[] {
  return [...earlier, value];
}

/** A whole number of at least `least`. */
export function wholeNumber(least: number): (value: string) => number {
  return (value) => {
    const parsed = Number(value);
    if (!/^\d+$/.test(value) || !Number.isSafeInteger(parsed) || parsed < least)
      throw new InvalidArgumentError(`"${value}" is not a whole number of at least ${least}.`);
    return parsed;
  };
}

/** Values of `params` per resource, from the command line. */
type Bindings = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/**
 * `--bind RESOURCE.PARAM=JSON`, given any number of times.
 * @throws USAGE for a text of another form, or whose value isn't JSON; a text needs its quotes.
 */
export function parseBindings(texts: readonly string[] = []): Bindings {
  const bindings: Record<string, Record<string, unknown>> = {};
  for (const text of texts) {
    const match = /^([^.=]+)\.([^=]+)=(.*)$/s.exec(text);
    if (!match)
      throw new TidemarkError('USAGE', `"${text}" is not a binding; write --bind RESOURCE.PARAM=JSON.`);
    const [, resource, param, json] = match as unknown as [string, string, string, string];
    bindings[resource] = { ...bindings[resource], [param]: parseJson(json, text) };
  }
  return bindings;
}

function parseJson(json: string, text: string): unknown {
  try {
    return JSON.parse(json);
  } catch (cause) {
    throw new TidemarkError(
      'USAGE',
      `The value of "${text}" is not JSON; a text is written with its quotes: --bind 'repo.name="duckdb"'.`,
      { cause },
    );
  }
}

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
