import { BIGNUMERIC_MAX, isBignumeric, isNumeric, roundedTo, scaled, unscaled } from './decimal';
import { dateText, datetimeText, microsOf, timeOfMicros, timeText } from './instants';
import { canonicalJson, floatText, jsonQuery, jsonValue } from './json-text';
import { BIG_SCALE } from './types';

/** What a function makes of texts: undefined is NULL. It throws where GoogleSQL fails. */
type TextFunction = (first: string, second: string) => string | undefined;

/** What DuckDB does otherwise than GoogleSQL, as functions of texts which DuckDB calls as `gs_NAME`. */
export const TEXT_FUNCTIONS: Readonly<Record<string, TextFunction>> = {
  to_int64: (text) => checked(integer(text), `Bad int64 value: ${text}`),
  to_float64: (text) => checked(float(text), `Bad double value: ${text}`),
  to_bool: (text) =>
    checked(/^\s*(true|false)\s*$/i.exec(text)?.[1]?.toLowerCase(), `Bad bool value: ${text}`),
  to_numeric: (text) => {
    const value = scaled(text, 9);
    return checked(
      value !== undefined && isNumeric(value) ? unscaled(value, 9) : undefined,
      `Invalid NUMERIC value: ${text}`,
    );
  },
  to_bignumeric: (text) => {
    const value = scaled(text, BIG_SCALE);
    return checked(
      value !== undefined && isBignumeric(value) ? value.toString() : undefined,
      `Invalid BIGNUMERIC value: ${text}`,
    );
  },
  to_date: (text) => checked(dateText(text), `Invalid date: '${text}'`),
  to_time: (text) => checked(timeText(text), `Invalid time: '${text}'`),
  to_datetime: (text) => checked(microsOf(text, 'refused')?.toString(), `Invalid datetime string "${text}"`),
  to_timestamp: (text) => checked(microsOf(text, 'allowed')?.toString(), `Invalid timestamp: '${text}'`),
  show_float64: (text) => floatText(doubleOf(text)),
  show_numeric: (text) => unscaled(scaled(text, 9)!, 9),
  show_bignumeric: (text) => unscaled(BigInt(text), BIG_SCALE),
  show_timestamp: (micros) => `${datetimeText(BigInt(micros))}+00`,
  show_datetime: (micros) => datetimeText(BigInt(micros)),
  show_time: (micros) => timeOfMicros(BigInt(micros)),
  fit_bignumeric: fitBignumeric,
  json_exact: (text) => canonicalJson(text, 'exact'),
  json_round: (text) => canonicalJson(text, 'round'),
  trim: (text) => text.trim(),
  json_string: (text) => JSON.stringify(text),
  json_value: jsonValue,
  json_query: jsonQuery,
};

/** DuckDB's text of a double. */
const doubleOf = (text: string): number =>
  text === 'inf' ? Number.POSITIVE_INFINITY : text === '-inf' ? Number.NEGATIVE_INFINITY : Number(text);

/** The functions that take two texts. */
export const OF_TWO: ReadonlySet<string> = new Set(['fit_bignumeric', 'json_value', 'json_query']);

function checked(value: string | undefined, message: string): string {
  if (value === undefined) throw new Error(message);
  return value;
}

function integer(text: string): string | undefined {
  const match = /^\s*([+-]?)(0[xX][0-9a-fA-F]+|\d+)\s*$/.exec(text);
  if (match === null) return undefined;
  const value = BigInt(match[2]!) * (match[1] === '-' ? -1n : 1n);
  return value >= -(2n ** 63n) && value < 2n ** 63n ? value.toString() : undefined;
}

function float(text: string): string | undefined {
  const match = /^\s*(?:([+-]?)(inf(?:inity)?)|(nan)|([+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?))\s*$/i.exec(
    text,
  );
  if (match === null) return undefined;
  if (match[2] !== undefined) return match[1] === '-' ? '-inf' : 'inf';
  if (match[3] !== undefined) return 'nan';
  return Number.isFinite(Number(match[4])) ? match[4] : undefined;
}

/** A scaled BIGNUMERIC for a column of a precision and scale: `20,5`. */
function fitBignumeric(text: string, parameters: string): string {
  const [precision = 76, scale = 0] = parameters.split(',').map(Number);
  const value = roundedTo(BigInt(text), BIG_SCALE, scale);
  const most = 10n ** BigInt(precision - scale + BIG_SCALE) - 1n;
  const limit = most < BIGNUMERIC_MAX ? most : BIGNUMERIC_MAX;
  if (value > limit || value < -limit)
    throw new Error(
      `Numeric overflow: ${unscaled(value, BIG_SCALE)} is out of range of BIGNUMERIC(${parameters})`,
    );
  return value.toString();
}
