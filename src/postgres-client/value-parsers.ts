import { parseJsonExactly } from '../http';
import { Decimal, PlainDate, PlainTime, Timestamp } from '../value';
import { parseArray } from './array-text';
import { OID } from './oids';

type ValueParser = (text: string) => unknown;

/** Arrays that the catalogue knows: the type of their elements, by their own. */
export type ArrayTypes = ReadonlyMap<number, { readonly element: number; readonly delimiter: string }>;

const INSTANT =
  /^(\d{4})-(\d\d)-(\d\d) (\d\d):(\d\d):(\d\d)(?:\.(\d{1,6}))?(?:([+-])(\d\d)(?::(\d\d))?(?::(\d\d))?)?$/;

/**
 * What makes values of the texts that the server sends, without loss: numeric Decimal, bigint number or bigint,
 * timestamps Timestamp, days PlainDate, bytea Uint8Array. What has no value of its own (infinity, years before 1 and of
 * five digits, intervals, ranges, enums, UUIDs) stays the server's text.
 */
export function valueParsers(nested: 'json' | 'tables', arrays: ArrayTypes): (oid: number) => ValueParser {
  const parsers = new Map<number, ValueParser>([
    [OID.bool, (text) => text === 't'],
    [OID.int2, Number],
    [OID.int4, Number],
    [OID.oid, Number],
    [OID.int8, integer],
    [OID.float4, float],
    [OID.float8, float],
    [OID.numeric, numeric],
    [OID.bytea, (text) => new Uint8Array(Buffer.from(text.slice(2), 'hex'))],
    [OID.date, day],
    [OID.time, timeOfDay],
    [OID.timestamp, instant],
    [OID.timestamptz, instant],
  ]);
  // JSON in a json column keeps its text: every digit and the null that isn't SQL's
  if (nested === 'tables') for (const oid of [OID.json, OID.jsonb]) parsers.set(oid, parseJsonExactly);
  for (const [oid, { element, delimiter }] of arrays) {
    const read = elementParser(element, parsers);
    parsers.set(oid, (text) => parseArray(text, read, delimiter));
  }
  return (oid) => parsers.get(oid) ?? same;
}

const same: ValueParser = (text) => text;

/** JSON within an array is a value among others. */
function elementParser(oid: number, parsers: ReadonlyMap<number, ValueParser>): ValueParser {
  return oid === OID.json || oid === OID.jsonb ? parseJsonExactly : (parsers.get(oid) ?? same);
}

function integer(text: string): number | bigint {
  const number = Number(text);
  return Number.isSafeInteger(number) ? number : BigInt(text);
}

/** `NaN`, `Infinity` and `-Infinity` are what JavaScript writes too. */
const float: ValueParser = (text) => Number(text);

const numeric: ValueParser = (text) => (/^(NaN|-?Infinity)$/.test(text) ? Number(text) : new Decimal(text));

const day: ValueParser = (text) => (/^\d{4}-\d\d-\d\d$/.test(text) ? new PlainDate(text) : text);

const timeOfDay: ValueParser = (text) => (text.startsWith('24') ? text : new PlainTime(text));

function instant(text: string): Timestamp | string {
  const found = INSTANT.exec(text);
  if (found === null) return text;
  const [
    ,
    year,
    month,
    date,
    hour,
    minute,
    second,
    fraction = '',
    sign,
    offsetHours,
    offsetMinutes = '0',
    offsetSeconds = '0',
  ] = found;
  const utc = Date.parse(`${year}-${month}-${date}T${hour}:${minute}:${second}Z`);
  const offset =
    sign === undefined
      ? 0
      : (Number(offsetHours) * 3600 + Number(offsetMinutes) * 60 + Number(offsetSeconds)) *
        (sign === '-' ? -1 : 1);
  return new Timestamp(BigInt(utc - offset * 1000) * 1000n + BigInt(fraction.padEnd(6, '0')));
}
