import { isInteger, parse } from 'lossless-json';

/**
 * A JSON text as BigQuery stores it: without blanks, the members of an object in the order of their names, the first of those
 * with the same name, numbers as INT64, UINT64 or FLOAT64.
 * @param mode what happens to a number that none of these holds exactly
 * @throws Error for what isn't JSON
 */
export function canonicalJson(text: string, mode: 'exact' | 'round'): string {
  const value = parse(text, null, {
    parseNumber: (digits) => new Digits(numberText(digits, mode)),
    onDuplicateKey: ({ oldValue }) => oldValue,
  });
  return written(value);
}

class Digits {
  constructor(readonly text: string) {}
}

function written(value: unknown): string {
  if (value instanceof Digits) return value.text;
  if (Array.isArray(value)) return `[${value.map(written).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const members = Object.entries(value).sort(([a], [b]) => byCodePoint(a, b));
  return `{${members.map(([name, member]) => `${JSON.stringify(name)}:${written(member)}`).join(',')}}`;
}

/** As the bytes of UTF-8 are ordered. */
function byCodePoint(a: string, b: string): number {
  const [left, right] = [Array.from(a), Array.from(b)];
  for (let at = 0; at < Math.min(left.length, right.length); at++) {
    const difference = left[at]!.codePointAt(0)! - right[at]!.codePointAt(0)!;
    if (difference !== 0) return difference;
  }
  return left.length - right.length;
}

const LEAST = -(2n ** 63n);
const GREATEST = 2n ** 64n - 1n;

function numberText(digits: string, mode: 'exact' | 'round'): string {
  if (isInteger(digits) && digits !== '-0') {
    const whole = BigInt(digits);
    if (whole >= LEAST && whole <= GREATEST) return whole.toString();
  }
  const value = Number(digits);
  if (!Number.isFinite(value))
    throw new Error(`Input number: ${digits} cannot round-trip through string representation`);
  const shown = floatText(value);
  if (mode === 'exact' && !sameNumber(digits, value))
    throw new Error(`Input number: ${digits} cannot round-trip through string representation`);
  return /[.e]/.test(shown) ? shown : `${shown}.0`;
}

/** Whether digits say the same as the shortest text of a double. */
function sameNumber(digits: string, value: number): boolean {
  const plain = (text: string): string => {
    const [mantissa = '', exponent = '0'] = text.toLowerCase().split('e');
    const [whole = '', fraction = ''] = mantissa.replace('-', '').split('.');
    const all = `${whole}${fraction}`.replace(/^0+/, '');
    const kept = all.replace(/0+$/, '');
    return kept === '' ? '0' : `${kept}e${Number(exponent) - fraction.length + all.length - kept.length}`;
  };
  return plain(digits) === plain(String(value));
}

/** A double as GoogleSQL writes it: 15 digits if they tell it, else 17. */
export function floatText(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value < 0 ? '-inf' : 'inf';
  if (value === 0) return Object.is(value, -0) ? '-0' : '0';
  const precision = Number(value.toPrecision(15)) === value ? 15 : 17;
  const [mantissa = '', power = '0'] = value.toExponential(precision - 1).split('e');
  const exponent = Number(power);
  const digits = mantissa.replace(/\.?0+$/, '');
  if (exponent >= -4 && exponent < precision) {
    const fixed = value.toFixed(Math.max(0, Math.min(100, precision - 1 - exponent)));
    return fixed.includes('.') ? fixed.replace(/\.?0+$/, '') : fixed;
  }
  return `${digits}e${exponent < 0 ? '-' : '+'}${String(Math.abs(exponent)).padStart(2, '0')}`;
}

/** What a path such as `$.a[0]."b c"` leads to, undefined where there is nothing. @throws Error for another kind of path */
function jsonAt(text: string, path: string): unknown {
  let value: unknown = parse(text, null, { parseNumber: (digits) => new Digits(digits) });
  let rest = path;
  if (!rest.startsWith('$')) throw new Error(`JSONPath must start with '$'`);
  rest = rest.slice(1);
  while (rest !== '') {
    const step = /^(?:\.([A-Za-z_]\w*)|\."((?:[^"\\]|\\.)*)"|\[(\d+)\])/.exec(rest);
    if (step === null) throw new Error(`Unsupported JSONPath: ${path}`);
    rest = rest.slice(step[0].length);
    const [, word, quoted, index] = step;
    const key = word ?? quoted ?? Number(index);
    const isThere =
      typeof value === 'object' &&
      value !== null &&
      !(value instanceof Digits) &&
      Array.isArray(value) === (typeof key === 'number') &&
      Object.hasOwn(value, key);
    if (!isThere) return undefined;
    value = (value as Record<string | number, unknown>)[key];
  }
  return value;
}

/** JSON_VALUE: a scalar as text, undefined for all else. */
export function jsonValue(text: string, path: string): string | undefined {
  const value = jsonAt(text, path);
  if (value instanceof Digits) return value.text;
  if (value === null || value === undefined || typeof value === 'object') return undefined;
  return String(value);
}

/** JSON_QUERY: a part as JSON. */
export function jsonQuery(text: string, path: string): string | undefined {
  const value = jsonAt(text, path);
  return value === undefined ? undefined : written(value);
}
