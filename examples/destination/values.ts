import { type DataType, Decimal, PlainDate, PlainTime, TidemarkError, Timestamp } from 'tidemark/destination';

/** What SQLite keeps in a cell. */
export type Cell = string | number | bigint | Uint8Array | null;

const INSTANT = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?(Z|[+-]\d\d:?\d\d)$/;

/** An instant as ISO text of one width, so that texts order as instants do. */
export function fixedInstant(text: string): string {
  return fixed(microsOf(text));
}

function microsOf(text: string): bigint {
  const found = INSTANT.exec(text);
  if (found === null) throw new Error(`"${text}" is not an instant.`);
  const [, day, time, digits = '', zone] = found;
  const seconds = BigInt(Date.parse(`${day}T${time}${zone}`)) * 1000n;
  return seconds + BigInt(digits.slice(0, 6).padEnd(6, '0'));
}

function fixed(micros: bigint): string {
  const rest = ((micros % 1_000_000n) + 1_000_000n) % 1_000_000n;
  const base = new Date(Number((micros - rest) / 1000n)).toISOString().slice(0, -5);
  return `${base}.${String(rest).padStart(6, '0')}Z`;
}

/** A staged value as a cell. */
export function cellOf(value: unknown, type: DataType): Cell {
  if (value === null || value === undefined) return null;
  switch (type) {
    case 'bigint':
      return BigInt(value as number | bigint);
    case 'json':
      return JSON.stringify(value);
    case 'wei':
      return String(value);
    default:
      return paramOf(value);
  }
}

/** A value of a parameter as a cell. */
export function paramOf(value: unknown): Cell {
  if (value === null || value === undefined) return null;
  if (value instanceof Timestamp) return fixed(value.micros);
  if (value instanceof Date) return fixed(BigInt(value.getTime()) * 1000n);
  if (value instanceof PlainDate || value instanceof PlainTime || value instanceof Decimal)
    return String(value);
  if (typeof value === 'boolean') return value ? 1 : 0;
  if (typeof value === 'number' && Number.isSafeInteger(value)) return BigInt(value);
  if (typeof value === 'number' || typeof value === 'bigint' || typeof value === 'string') return value;
  if (value instanceof Uint8Array) return value;
  throw new TidemarkError('QUERY_FAILED', `"${String(value)}" can't be a parameter.`);
}

/** A cell as rows have it, by the type that its column was declared with; an expression has none. */
export function typedValue(cell: Cell, declared: string): unknown {
  if (cell === null || cell instanceof Uint8Array) return cell;
  if (typeof cell === 'bigint') return declared === 'BOOLEAN' ? cell === 1n : exactInteger(cell);
  if (typeof cell === 'number') return cell;
  switch (declared) {
    case 'DATE':
      return new PlainDate(cell);
    case 'TIME':
      return new PlainTime(cell);
    case 'DECIMAL_TEXT':
      return new Decimal(cell);
    case 'WHOLE_BLOB':
      return /^[+-]?\d+$/.test(cell) ? exactInteger(BigInt(cell)) : new Decimal(cell);
    case 'WEI_TEXT':
      return exactInteger(BigInt(cell));
    case 'TIMESTAMP':
    case '':
      return INSTANT.test(cell) ? new Timestamp(microsOf(cell)) : cell;
    default:
      return cell;
  }
}

function exactInteger(value: bigint): number | bigint {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}
