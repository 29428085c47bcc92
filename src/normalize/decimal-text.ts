const DECIMAL = /^([+-]?)(\d*)\.?(\d*)(?:[eE]([+-]?\d+))?$/;
/** An exponent beyond this would only make a text of zeros that no column holds. */
const LONGEST = 400;

/** A decimal number without exponent, leading or trailing zeros: two of them are equal if and only if the numbers are. */
interface PlainDecimal {
  readonly negative: boolean;
  readonly whole: string;
  readonly fraction: string;
}

/** Reads `1`, `-1.50`, `.5`, `1e3`; undefined for anything else, and for exponents that no column can hold. */
export function parseDecimal(text: string): PlainDecimal | undefined {
  const match = DECIMAL.exec(text);
  if (match === null) return undefined;
  const [, sign = '', left = '', right = '', power = '0'] = match;
  const exponent = Number(power);
  if (left + right === '' || Math.abs(exponent) > LONGEST) return undefined;
  const all = `${'0'.repeat(Math.max(0, -exponent))}${left}${right}${'0'.repeat(Math.max(0, exponent))}`;
  const point = Math.max(0, -exponent) + left.length + exponent;
  const whole = all.slice(0, point).replace(/^0+/, '');
  const fraction = all.slice(point).replace(/0+$/, '');
  return { negative: sign === '-' && whole + fraction !== '', whole, fraction };
}

/** `-1.5`, `0`, `120`: the one way to write a number. */
export function plainText({ negative, whole, fraction }: PlainDecimal): string {
  const digits = fraction === '' ? whole || '0' : `${whole || '0'}.${fraction}`;
  return negative ? `-${digits}` : digits;
}

/** Whether a DECIMAL(precision, scale) holds the number without a digit lost. */
export function fits({ whole, fraction }: PlainDecimal, precision: number, scale: number): boolean {
  return fraction.length <= scale && whole.length <= precision - scale;
}
