import type { TokenReader } from './token-reader';
import { type Column, scalar, typeNamed } from './types';

/** A type with its parameters, as columns and casts have it. */
type TypeSpec = Omit<Column, 'name' | 'required'>;

/** `STRING`, `STRING(10)`, `NUMERIC(38, 9)`. ARRAY and STRUCT are not read: the fake makes records by `tables.insert` only. */
export function parseType(reader: TokenReader): TypeSpec {
  const { at } = reader;
  const written = reader.take().text;
  const name = typeNamed(written);
  if (name === undefined || name === 'STRUCT' || ['FLOAT', 'RECORD'].includes(written.toUpperCase()))
    throw reader.syntaxError(`Type not found or not supported by the fake: ${written}`, at);
  const type = scalar(name);
  if (!reader.is('(')) return { type };
  const [first, second, ...more] = reader.parenthesized(() => integer(reader));
  if (more.length > 0 || (second !== undefined && !name.endsWith('NUMERIC')))
    throw reader.syntaxError(`${name} has too many type parameters`, at);
  if (name === 'STRING' || name === 'BYTES') return { type, maxLength: first };
  if (name !== 'NUMERIC' && name !== 'BIGNUMERIC')
    throw reader.syntaxError(`${name} does not support type parameters`, at);
  const problem = numericProblem(name, first!, second ?? 0);
  if (problem !== undefined) throw reader.syntaxError(problem, at);
  return { type, precision: first, scale: second ?? 0 };
}

/** What is wrong with the digits of a decimal type, undefined if nothing is. */
export function numericProblem(
  name: 'NUMERIC' | 'BIGNUMERIC',
  precision: number,
  scale: number,
): string | undefined {
  const [whole, fraction] = name === 'NUMERIC' ? [29, 9] : [38, 38];
  if (scale > fraction)
    return `In ${name}(P, S), S must be between 0 and ${fraction}: ${name}(${precision}, ${scale})`;
  if (precision < Math.max(1, scale) || precision > whole + scale)
    return `In ${name}(P, ${scale}), P must be between ${Math.max(1, scale)} and ${whole + scale}: ${precision}`;
  return undefined;
}

function integer(reader: TokenReader): number {
  if (reader.peek().kind !== 'integer') throw reader.unexpected('Expected integer literal but got');
  return Number(reader.take().text);
}
