/** Exact decimal texts, with BigInt. */

const DECIMAL = /^\s*([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d{1,4}))?\s*$/;

/** A decimal text as a whole number of units of 10^-scale, rounded half away from zero; undefined for what isn't one. */
export function scaled(text: string, scale: number): bigint | undefined {
  const match = DECIMAL.exec(text);
  if (match === null) return undefined;
  const [, sign, whole = '', fraction = '', exponent = '0'] = match;
  if (whole === '' && fraction === '') return undefined;
  const digits = BigInt(`${whole}${fraction}`);
  const shift = scale - fraction.length + Number(exponent);
  const value = shift >= 0 ? digits * 10n ** BigInt(shift) : rounded(digits, 10n ** BigInt(-shift));
  return sign === '-' ? -value : value;
}

/** Of a number that isn't negative. */
const rounded = (value: bigint, by: bigint): bigint => (value + by / 2n) / by;

/** A whole number of units of 10^-scale as a decimal text, without zeros at its end. */
export function unscaled(value: bigint, scale: number): string {
  const digits = (value < 0n ? -value : value).toString().padStart(scale + 1, '0');
  const whole = digits.slice(0, digits.length - scale);
  const fraction = digits.slice(digits.length - scale).replace(/0+$/, '');
  return `${value < 0n ? '-' : ''}${whole}${fraction === '' ? '' : `.${fraction}`}`;
}

/** The same value with fewer digits of the fraction, in the same units. */
export function roundedTo(value: bigint, scale: number, digits: number): bigint {
  const by = 10n ** BigInt(scale - digits);
  return value < 0n ? -rounded(-value, by) * by : rounded(value, by) * by;
}

/** The greatest value of NUMERIC in units of 10^-9, and of BIGNUMERIC in units of 10^-38. */
const NUMERIC_MAX = 10n ** 38n - 1n;
export const BIGNUMERIC_MAX = 2n ** 255n - 1n;

/** Whether a value lies within the type. BIGNUMERIC has one negative value more. */
export const isNumeric = (value: bigint): boolean => value <= NUMERIC_MAX && value >= -NUMERIC_MAX;
export const isBignumeric = (value: bigint): boolean =>
  value <= BIGNUMERIC_MAX && value >= -BIGNUMERIC_MAX - 1n;
