import { Decimal, PlainDate, PlainTime, Timestamp } from '../value';

/** How the values that JSON lacks are written in a case: an object of this one key. */
const DECODERS: Readonly<Record<string, (text: string) => unknown>> = {
  $timestamp: decodeTimestamp,
  $date: (text) => new PlainDate(text),
  $time: (text) => new PlainTime(text),
  $decimal: (text) => new Decimal(text),
  $bigint: (text) => BigInt(text),
  $bytes: (text) => new Uint8Array(Buffer.from(text, 'base64')),
};

/** A copy of a case's JSON in which every tagged value is the value it means. */
export function decode(json: unknown): unknown {
  if (Array.isArray(json)) return json.map(decode);
  if (typeof json !== 'object' || json === null) return json;
  const entries = Object.entries(json);
  const [only] = entries;
  if (entries.length === 1 && only !== undefined && typeof only[1] === 'string') {
    const decoder = Object.hasOwn(DECODERS, only[0]) ? DECODERS[only[0]] : undefined;
    if (decoder !== undefined) return decoder(only[1]);
  }
  return Object.fromEntries(entries.map(([key, value]) => [key, decode(value)]));
}

function decodeTimestamp(text: string): Timestamp {
  const found = /^(.*?)(?:\.(\d+))?(Z|[+-]\d\d:?\d\d)?$/.exec(text);
  const seconds = Date.parse(`${found?.[1]?.replace(' ', 'T')}${found?.[3] ?? 'Z'}`);
  if (found === null || Number.isNaN(seconds)) throw new Error(`The case has no timestamp in "${text}".`);
  return new Timestamp(BigInt(seconds) * 1000n + BigInt((found[2] ?? '').slice(0, 6).padEnd(6, '0')));
}
