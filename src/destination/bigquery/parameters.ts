import type bigquery from '@google-cloud/bigquery/build/src/types';
import { Decimal, isDateTime, PlainDate, PlainTime, Timestamp } from '../../value';
import { LaterNumber, written } from '../commit';
import type { SessionParam } from '../sql';
import { literal } from './literal';

export type QueryParameter = bigquery.IQueryParameter;

/** What a `?` within is no parameter: texts, quoted names, comments. */
const OPAQUE =
  /'(?:[^'\\]|\\[\s\S])*'|"(?:[^"\\]|\\[\s\S])*"|`(?:[^`\\]|\\[\s\S])*`|--[^\n]*|#[^\n]*|\/\*[\s\S]*?\*\/|\?/g;

/** Texts of this many characters at the most are written into a statement; a script has 1 MB. */
const LONGEST_LITERAL = 256;

/** Texts of statements that are given beside them, once each. */
export class Texts {
  readonly #names = new Map<string, string>();

  /** A statement with its parameters in it. */
  fill(sql: string, params: readonly SessionParam[]): string {
    let next = 0;
    return sql.replace(OPAQUE, (found) => (found === '?' ? this.#value(params[next++] ?? null) : found));
  }

  get parameters(): readonly QueryParameter[] {
    return [...this.#names].map(([value, name]) => ({
      name,
      parameterType: { type: 'STRING' },
      parameterValue: { value },
    }));
  }

  #value(param: SessionParam): string {
    if (param instanceof LaterNumber) return written(param);
    if (typeof param !== 'string') return param === null ? 'NULL' : String(param);
    if (param.length <= LONGEST_LITERAL) return literal(param);
    const known = this.#names.get(param) ?? `p${this.#names.size}`;
    this.#names.set(param, known);
    return `@${known}`;
  }
}

/** A user's query and its parameters, in the order of its `?`. A null has no type there, and stands in the text. */
export function positional(
  sql: string,
  params: readonly unknown[],
): { readonly sql: string; readonly parameters: readonly QueryParameter[] } {
  let next = 0;
  const isNull = (value: unknown): boolean => value === null || value === undefined;
  const filled = sql.replace(OPAQUE, (found) =>
    found === '?' && next < params.length && isNull(params[next++]) ? 'NULL' : found,
  );
  return { sql: filled, parameters: params.filter((value) => !isNull(value)).map(typed) };
}

function typed(value: unknown): QueryParameter {
  const of = (type: string, text: unknown): QueryParameter => ({
    parameterType: { type },
    parameterValue: { value: String(text) },
  });
  if (typeof value === 'boolean') return of('BOOL', value);
  if (typeof value === 'bigint')
    return of(BigInt.asIntN(64, value) === value ? 'INT64' : 'BIGNUMERIC', value);
  if (typeof value === 'number') return of(Number.isSafeInteger(value) ? 'INT64' : 'FLOAT64', value);
  if (value instanceof Timestamp) return of('TIMESTAMP', value);
  if (value instanceof Date) return of('TIMESTAMP', value.toISOString());
  if (isDateTime(value)) return of('TIMESTAMP', new Date(value.toMillis()).toISOString());
  if (value instanceof PlainDate) return of('DATE', value);
  if (value instanceof PlainTime) return of('TIME', value);
  if (value instanceof Decimal) return of('BIGNUMERIC', value);
  if (value instanceof Uint8Array) return of('BYTES', Buffer.from(value).toString('base64'));
  return of('STRING', typeof value === 'object' ? JSON.stringify(value) : value);
}
