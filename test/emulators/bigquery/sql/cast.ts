import { invalidQuery } from '../api-error';
import { TEXT_FUNCTIONS } from './text-functions';
import type { Typed } from './typed';
import { BIG_SCALE, coerces, duckType, isNumber, type ScalarName, type SqlType, scalar, text } from './types';

/**
 * DuckDB's SQL of a cast, undefined where GoogleSQL has none.
 * @param safe NULL in place of an error
 */
export function castSql({ sql, type, constant }: Typed, to: SqlType, safe = false): string | undefined {
  if (constant === 'null') return `CAST(NULL AS ${duckType(to)})`;
  if (constant === 'never') return `CAST(${sql} AS ${duckType(to)})`;
  if (type.name === to.name) return sql;
  if (type.name === 'STRUCT' || to.name === 'STRUCT') return undefined;
  const f = (name: string, of: string): string => `gs_${safe ? 'try_' : ''}${name}(${of})`;
  const cast = safe ? 'TRY_CAST' : 'CAST';
  if (type.name === 'STRING') return fromText(sql, to.name, f);
  if (to.name === 'STRING') return toText(sql, type.name);
  return between(sql, { from: type.name, to: to.name, cast, f });
}

function fromText(sql: string, to: ScalarName, f: (name: string, of: string) => string): string | undefined {
  switch (to) {
    case 'INT64':
    case 'FLOAT64':
    case 'BOOL':
    case 'NUMERIC':
    case 'BIGNUMERIC':
    case 'DATE':
    case 'TIME':
      return `CAST(${f(`to_${to.toLowerCase()}`, sql)} AS ${duckType(scalar(to))})`;
    case 'DATETIME':
      return `make_timestamp(CAST(${f('to_datetime', sql)} AS BIGINT))`;
    case 'TIMESTAMP':
      return `make_timestamptz(CAST(${f('to_timestamp', sql)} AS BIGINT))`;
    case 'BYTES':
      return `encode(${sql})`;
    default:
      return undefined;
  }
}

function toText(sql: string, from: ScalarName): string | undefined {
  switch (from) {
    case 'INT64':
    case 'BOOL':
    case 'DATE':
      return `CAST(${sql} AS VARCHAR)`;
    case 'FLOAT64':
    case 'NUMERIC':
    case 'BIGNUMERIC':
      return `gs_show_${from.toLowerCase()}(CAST(${sql} AS VARCHAR))`;
    case 'TIMESTAMP':
    case 'DATETIME':
      return `gs_show_${from.toLowerCase()}(CAST(epoch_us(${sql}) AS VARCHAR))`;
    case 'TIME':
      return `gs_show_time(CAST(epoch_us(${sql}) AS VARCHAR))`;
    case 'BYTES':
      return `decode(${sql})`;
    default:
      return undefined;
  }
}

interface Between {
  readonly from: ScalarName;
  readonly to: ScalarName;
  readonly cast: 'CAST' | 'TRY_CAST';
  readonly f: (name: string, of: string) => string;
}

function between(sql: string, { from, to, cast, f }: Between): string | undefined {
  const whole = { from: scalar(from), to: scalar(to) };
  if (from === 'BOOL' && to === 'INT64') return `CAST(${sql} AS BIGINT)`;
  if (from === 'INT64' && to === 'BOOL') return `CAST(${sql} AS BOOLEAN)`;
  if (isNumber(whole.from) && isNumber(whole.to)) {
    if (to === 'BIGNUMERIC') return toBignumeric(sql, from, f);
    const plain = from === 'BIGNUMERIC' ? `gs_show_bignumeric(CAST(${sql} AS VARCHAR))` : sql;
    if (to === 'FLOAT64') return `${cast}(${plain} AS DOUBLE)`;
    if (to === 'NUMERIC')
      return from === 'INT64'
        ? `${cast}(${plain} AS DECIMAL(38,9))`
        : `CAST(${f('to_numeric', `CAST(${plain} AS VARCHAR)`)} AS DECIMAL(38,9))`;
    // half away from zero, where DuckDB's cast of a double takes the even one
    return from === 'BIGNUMERIC'
      ? `${cast}(round(CAST(${plain} AS DECIMAL(38,9))) AS BIGINT)`
      : `${cast}(round(${plain}) AS BIGINT)`;
  }
  const days: readonly ScalarName[] = ['DATE', 'DATETIME', 'TIMESTAMP'];
  if (days.includes(from) && days.includes(to)) return `CAST(${sql} AS ${duckType(scalar(to))})`;
  if (to === 'TIME' && (from === 'DATETIME' || from === 'TIMESTAMP'))
    return `CAST(CAST(${sql} AS TIMESTAMP) AS TIME)`;
  return undefined;
}

/** A BIGNUMERIC is a whole number in DuckDB: that of its units of 10^-38. */
function toBignumeric(sql: string, from: ScalarName, f: (name: string, of: string) => string): string {
  const zeros = (count: number): string => text('0'.repeat(count));
  if (from === 'INT64') return `CAST(CAST(${sql} AS VARCHAR) || ${zeros(BIG_SCALE)} AS BIGNUM)`;
  if (from === 'NUMERIC')
    return `CAST(replace(CAST(CAST(${sql} AS DECIMAL(38,9)) AS VARCHAR), '.', '') || ${zeros(BIG_SCALE - 9)} AS BIGNUM)`;
  return `CAST(${f('to_bignumeric', `CAST(${sql} AS VARCHAR)`)} AS BIGNUM)`;
}

const OF_TEXT: readonly ScalarName[] = ['DATE', 'TIME', 'DATETIME', 'TIMESTAMP'];

/** DuckDB's SQL of a value where another type is wanted, undefined if it doesn't become that by itself. */
export function coerced(value: Typed, to: SqlType): string | undefined {
  const { type, constant, text: written } = value;
  if (constant === 'null' || constant === 'never') return castSql(value, to);
  if (coerces(type, to)) return castSql(value, to);
  if (to.name === 'STRUCT') return undefined;
  if (constant === 'text' && OF_TEXT.includes(to.name)) {
    refuseOther(written!, to.name);
    return castSql(value, to);
  }
  if (constant === 'number' && (to.name === 'NUMERIC' || to.name === 'BIGNUMERIC'))
    return castSql({ sql: text(written!), type: scalar('STRING') }, to);
  return undefined;
}

/** @throws ApiError for a text that says no value of a type */
function refuseOther(written: string, type: ScalarName): void {
  try {
    TEXT_FUNCTIONS[`to_${type.toLowerCase()}`]?.(written, '');
  } catch {
    throw invalidQuery(`Could not cast literal ${JSON.stringify(written)} to type ${type}`);
  }
}

/** The type that all values take together, undefined where there is none. NULL alone is an INT64. */
export function sharedType(values: readonly Typed[]): SqlType | undefined {
  let shared: SqlType | undefined;
  for (const fixed of values.filter(({ constant }) => constant === undefined))
    shared = shared === undefined ? fixed.type : together(shared, fixed.type);
  const hasFixed = values.some(({ constant }) => constant === undefined);
  if (hasFixed && shared === undefined) return undefined;
  for (const value of values.filter(({ constant }) => constant === 'text' || constant === 'number')) {
    if (shared === undefined) shared = value.type;
    else if (coerced(value, shared) === undefined) {
      if (hasFixed && value.constant === 'text') return undefined;
      shared = together(shared, value.type);
      if (shared === undefined) return undefined;
    }
  }
  return shared ?? scalar('INT64');
}

function together(a: SqlType, b: SqlType): SqlType | undefined {
  return coerces(a, b) ? b : coerces(b, a) ? a : undefined;
}
