import { parse } from 'lossless-json';

/** A number of 16 digits or more in the place of a JSON value; a match inside a text only costs time. */
const LONG_INTEGER = /(?:^|[:,[\s])-?\d{16,}(?![\d.eE])/;
const MAX_EXACT = 2n ** 53n;

function exactNumber(digits: string): number | bigint {
  const number = Number(digits);
  if (Math.abs(number) < 2 ** 53 || !/^-?\d+$/.test(digits)) return number;
  const integer = BigInt(digits);
  return integer > MAX_EXACT || integer < -MAX_EXACT ? integer : number;
}

/**
 * Parses JSON without losing a digit of an integer: one within ±2^53 is a number, one beyond it a bigint. Only a text
 * that has a number of 16 digits or more goes through the slower parser.
 *
 * @throws SyntaxError
 */
export function parseJsonExactly(text: string): unknown {
  if (!LONG_INTEGER.test(text)) return JSON.parse(text);
  return parse(text, undefined, { parseNumber: exactNumber, onDuplicateKey: ({ newValue }) => newValue });
}
