import { parse } from 'lossless-json';
import { checkDepth, checkDigits, parseFailure } from './json-limits';

/** A number of 16 digits or more in the place of a JSON value; a match inside a text only costs time. */
const LONG_INTEGER = /(?:^|[:,[\s])-?\d{16,}(?![\d.eE])/;
const MAX_EXACT = 2n ** 53n;

function exactNumber(digits: string, text: string): number | bigint {
  checkDigits(digits, text);
  const number = Number(digits);
  if (Math.abs(number) < 2 ** 53 || !/^-?\d+$/.test(digits)) return number;
  const integer = BigInt(digits);
  return integer > MAX_EXACT || integer < -MAX_EXACT ? integer : number;
}

const LONG = 16;
const isDigit = (byte: number): boolean => byte >= 48 && byte <= 57;

/**
 * Whether a text has {@link LONG} digits in a row, by its UTF-8 bytes. Such a run covers one of
 * every 16 bytes, and then also the byte 8 before or 8 after it, so that only these are looked at: a third of the cost of a
 * regular expression.
 */
export function hasLongDigits(bytes: ArrayLike<number>): boolean {
  const { length } = bytes;
  for (let at = LONG - 1; at < length; at += LONG) {
    if (!isDigit(bytes[at]!) || !(isDigit(bytes[at - 8]!) || (at + 8 < length && isDigit(bytes[at + 8]!))))
      continue;
    let from = at;
    while (from > 0 && isDigit(bytes[from - 1]!)) from -= 1;
    let to = at + 1;
    while (to < length && isDigit(bytes[to]!)) to += 1;
    if (to - from >= LONG) return true;
  }
  return false;
}

/**
 * Parses JSON without losing a digit of an integer: one within ±2^53 is a number, one beyond it a bigint. Only a text
 * that has a number of 16 digits or more goes through the slower parser.
 *
 * @param longDigits false where it is known that there aren't 16 digits in a row
 * @throws SyntaxError; JsonLimitError for a text that is nested too deep, or has an integer too long to be worked with
 */
export function parseJsonExactly(text: string, longDigits = true): unknown {
  checkDepth(text);
  if (!longDigits || !LONG_INTEGER.test(text)) return JSON.parse(text);
  try {
    return parse(text, undefined, {
      parseNumber: (digits) => exactNumber(digits, text),
      onDuplicateKey: ({ newValue }) => newValue,
    });
  } catch (error) {
    throw parseFailure(error, text);
  }
}
