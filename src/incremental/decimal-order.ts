interface Parts {
  readonly sign: -1 | 0 | 1;
  /** Digits without leading or trailing zeros: the number is 0.digits × 10^point. */
  readonly digits: string;
  readonly point: number;
}

/** Order of two decimal numbers given as text, exact at any length: `1.10` and `1.1` are equal. */
export function compareDecimals(a: string, b: string): number {
  const left = split(a);
  const right = split(b);
  if (left.sign !== right.sign) return left.sign - right.sign;
  if (left.point !== right.point) return left.point < right.point ? -left.sign : left.sign;
  if (left.digits === right.digits) return 0;
  // Without trailing zeros a prefix is smaller, which is how texts order too.
  return left.digits < right.digits ? -left.sign : left.sign;
}

function split(text: string): Parts {
  const [mantissa = '', exponent = '0'] = text.toLowerCase().replace(/^[+-]/, '').split('e');
  const [whole = '', fraction = ''] = mantissa.split('.');
  const all = whole + fraction;
  const digits = all.replace(/^0+/, '').replace(/0+$/, '');
  if (digits === '') return { sign: 0, digits, point: 0 };
  const leading = all.length - all.replace(/^0+/, '').length;
  return { sign: text.startsWith('-') ? -1 : 1, digits, point: whole.length - leading + Number(exponent) };
}
