/** What a number takes in Postgres' binary form beside its digits: how many, weight, sign, scale. */
const HEADER = 8;
const DIGITS = 4;

/**
 * Decimal text as a `numeric` in Postgres' binary form: groups of four digits around the point, without the empty ones at
 * the ends.
 *
 * @param text digits with a sign and a fraction, maybe an exponent: `-12.50`, `1e3`
 */
export function encodeNumeric(text: string): Buffer {
  const [, sign, whole = '', fraction = '', exponent = '0'] =
    /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d+))?$/.exec(text) ?? invalid(text);
  const shift = Number(exponent);
  const digits = whole + fraction;
  const point = whole.length + shift;
  const before = point <= 0 ? '' : digits.slice(0, point).padEnd(point, '0');
  const after = point < 0 ? '0'.repeat(-point) + digits : digits.slice(point);
  const integer = before.replace(/^0+/, '');
  const padded = integer.padStart(Math.ceil(integer.length / DIGITS) * DIGITS, '0');
  const rest = after.padEnd(Math.ceil(after.length / DIGITS) * DIGITS, '0');
  const groups = `${padded}${rest}`.match(/\d{4}/g)?.map(Number) ?? [];
  let weight = padded.length / DIGITS - 1;
  while (groups[0] === 0) {
    groups.shift();
    weight -= 1;
  }
  while (groups.at(-1) === 0) groups.pop();
  const out = Buffer.alloc(HEADER + groups.length * 2);
  out.writeInt16BE(groups.length, 0);
  out.writeInt16BE(groups.length === 0 ? 0 : weight, 2);
  out.writeUInt16BE(sign === '-' && groups.length > 0 ? 0x4000 : 0, 4);
  out.writeUInt16BE(after.length, 6);
  for (const [at, group] of groups.entries()) out.writeInt16BE(group, HEADER + at * 2);
  return out;
}

function invalid(text: string): never {
  throw new TypeError(`"${text}" is not a valid decimal number`);
}
