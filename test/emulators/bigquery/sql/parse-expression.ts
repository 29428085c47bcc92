import type { Call, Expression, Ordering, Window } from './ast';
import { isName } from './lexer';
import { parseQuery } from './parse-query';
import { parseType } from './parse-type';
import type { TokenReader } from './token-reader';
import type { ScalarName } from './types';

/** An expression. Operators bind as GoogleSQL's do. */
export function parseExpression(reader: TokenReader): Expression {
  return or(reader);
}

function or(reader: TokenReader): Expression {
  let left = and(reader);
  while (reader.is('OR')) left = joined(reader, left, and);
  return left;
}

function and(reader: TokenReader): Expression {
  let left = not(reader);
  while (reader.is('AND')) left = joined(reader, left, not);
  return left;
}

function not(reader: TokenReader): Expression {
  const { at } = reader;
  if (reader.took('NOT')) return { kind: 'unary', operator: 'NOT', of: not(reader), at };
  return comparison(reader);
}

const COMPARISONS = ['=', '<', '>', '<=', '>=', '<>', '!='];

/** Comparisons don't follow each other: `a = b = c` is an error. */
function comparison(reader: TokenReader): Expression {
  const left = concatenation(reader);
  const { at } = reader;
  if (COMPARISONS.includes(reader.peek().key)) {
    const compared = joined(reader, left, concatenation);
    if (COMPARISONS.includes(reader.peek().key)) throw reader.unexpected('Expected end of input but got');
    return compared;
  }
  if (reader.took('IS')) {
    const negated = reader.took('NOT');
    const what = (['NULL', 'TRUE', 'FALSE'] as const).find((each) => reader.took(each));
    if (what === undefined) throw reader.unexpected('Unexpected');
    return { kind: 'is', what, not: negated, of: left, at };
  }
  const negated = reader.is('NOT') && ['IN', 'LIKE', 'BETWEEN'].includes(reader.peek(1).key);
  if (negated) reader.take();
  if (reader.took('IN')) return { kind: 'in', not: negated, of: left, among: among(reader), at };
  if (reader.took('BETWEEN')) {
    const low = concatenation(reader);
    reader.expect('AND');
    return { kind: 'between', not: negated, of: left, low, high: concatenation(reader), at };
  }
  if (reader.took('LIKE')) {
    const like: Expression = { kind: 'binary', operator: 'LIKE', left, right: concatenation(reader), at };
    return negated ? { kind: 'unary', operator: 'NOT', of: like, at } : like;
  }
  return left;
}

function among(reader: TokenReader): readonly Expression[] | ReturnType<typeof parseQuery> {
  if (!isQueryNext(reader, 1)) return reader.parenthesized(() => parseExpression(reader));
  reader.expect('(');
  const query = parseQuery(reader);
  reader.expect(')');
  return query;
}

const isQueryNext = (reader: TokenReader, ahead: number): boolean =>
  ['SELECT', 'WITH'].includes(reader.peek(ahead).key);

const concatenation = (reader: TokenReader): Expression => chain(reader, ['||'], sum);
const sum = (reader: TokenReader): Expression => chain(reader, ['+', '-'], product);
const product = (reader: TokenReader): Expression => chain(reader, ['*', '/'], unary);

function chain(
  reader: TokenReader,
  operators: readonly string[],
  operand: (reader: TokenReader) => Expression,
): Expression {
  let left = operand(reader);
  while (operators.includes(reader.peek().key)) left = joined(reader, left, operand);
  return left;
}

function joined(
  reader: TokenReader,
  left: Expression,
  operand: (reader: TokenReader) => Expression,
): Expression {
  const { at } = reader;
  const { key } = reader.take();
  return { kind: 'binary', operator: key === '!=' ? '<>' : key, left, right: operand(reader), at };
}

function unary(reader: TokenReader): Expression {
  const { at } = reader;
  if (reader.took('-')) {
    const { kind } = reader.peek();
    const of = unary(reader);
    if ((kind === 'integer' || kind === 'float') && of.kind === 'literal')
      return { ...of, text: `-${of.text}`, at };
    return { kind: 'unary', operator: '-', of, at };
  }
  if (reader.took('+')) return unary(reader);
  let value = primary(reader);
  while (reader.is('.') && reader.peek(1).key !== '*') {
    reader.take();
    value = { kind: 'field', of: value, at: reader.at, name: reader.nameAfterDot() };
  }
  return value;
}

const LITERAL_KINDS = { string: 'STRING', bytes: 'BYTES', integer: 'INT64', float: 'FLOAT64' } as const;
const TYPED_LITERALS: readonly string[] = [
  'DATE',
  'TIME',
  'DATETIME',
  'TIMESTAMP',
  'NUMERIC',
  'BIGNUMERIC',
  'JSON',
];

function primary(reader: TokenReader): Expression {
  const { at } = reader;
  const token = reader.peek();
  if (token.kind === 'string' || token.kind === 'bytes' || token.kind === 'integer' || token.kind === 'float')
    return { kind: 'literal', type: LITERAL_KINDS[token.kind], text: reader.take().text, at };
  if (reader.took('NULL')) return { kind: 'literal', type: 'NULL', text: '', at };
  if (reader.is('TRUE') || reader.is('FALSE'))
    return { kind: 'literal', type: 'BOOL', text: reader.take().key.toLowerCase(), at };
  if (TYPED_LITERALS.includes(token.key) && reader.peek(1).kind === 'string') {
    const type = reader.take().key as ScalarName;
    return { kind: 'literal', type, text: reader.take().text, at };
  }
  if (reader.took('@@')) {
    const names = [reader.nameAfterDot()];
    while (reader.took('.')) names.push(reader.nameAfterDot());
    return { kind: 'system', name: names.join('.').toLowerCase(), at };
  }
  if (reader.took('@')) return { kind: 'parameter', name: reader.nameAfterDot(), at };
  if (reader.took('?')) return { kind: 'parameter', name: undefined, at };
  if (reader.took('EXISTS')) {
    reader.expect('(');
    const query = parseQuery(reader);
    reader.expect(')');
    return { kind: 'exists', query, at };
  }
  if (reader.is('CASE')) return caseOf(reader);
  if (reader.is('CAST') || reader.is('SAFE_CAST')) return castOf(reader);
  if (reader.is('IF', '(')) return call(reader, reader.take().key, at);
  if (reader.is('(')) return parenthesis(reader);
  if (!isName(token)) throw reader.unexpected('Unexpected');
  if (token.kind === 'word' && reader.peek(1).key === '(') return call(reader, reader.take().key, at);
  const names = [reader.name()];
  while (reader.is('.') && reader.peek(1).key !== '*') {
    reader.take();
    names.push(reader.nameAfterDot());
  }
  return { kind: 'path', names, at };
}

function parenthesis(reader: TokenReader): Expression {
  const { at } = reader;
  reader.expect('(');
  if (reader.is('SELECT') || reader.is('WITH')) {
    const query = parseQuery(reader);
    reader.expect(')');
    return { kind: 'subquery', query, at };
  }
  const value = parseExpression(reader);
  reader.expect(')');
  return value;
}

function caseOf(reader: TokenReader): Expression {
  const { at } = reader;
  reader.expect('CASE');
  const of = reader.is('WHEN') ? undefined : parseExpression(reader);
  const whens: { when: Expression; value: Expression }[] = [];
  while (reader.took('WHEN')) {
    const when = parseExpression(reader);
    reader.expect('THEN');
    whens.push({ when, value: parseExpression(reader) });
  }
  if (whens.length === 0) throw reader.unexpected('Expected keyword WHEN but got');
  const otherwise = reader.took('ELSE') ? parseExpression(reader) : undefined;
  reader.expect('END');
  return { kind: 'case', of, whens, otherwise, at };
}

function castOf(reader: TokenReader): Expression {
  const { at } = reader;
  const safe = reader.take().key === 'SAFE_CAST';
  reader.expect('(');
  const of = parseExpression(reader);
  reader.expect('AS');
  const to = parseType(reader);
  reader.expect(')');
  return { kind: 'cast', safe, of, to, at };
}

function call(reader: TokenReader, name: string, at: number): Call {
  reader.expect('(');
  const args: Expression[] = [];
  const named: { name: string; value: Expression }[] = [];
  const star = name === 'COUNT' && reader.took('*');
  const distinct = !star && reader.took('DISTINCT');
  if (!star && !reader.is(')'))
    reader.list(() => {
      if (reader.peek(1).key === '=>') {
        const argument = reader.name();
        reader.expect('=>');
        named.push({ name: argument.toLowerCase(), value: parseExpression(reader) });
      } else args.push(parseExpression(reader));
    });
  const ignoreNulls = reader.took('IGNORE', 'NULLS');
  const orderBy = parseOrderBy(reader);
  reader.expect(')');
  const over = reader.took('OVER') ? window(reader) : undefined;
  return { kind: 'call', name, args, named, star, distinct, ignoreNulls, orderBy, over, at };
}

function window(reader: TokenReader): Window {
  reader.expect('(');
  const partitionBy = reader.took('PARTITION', 'BY') ? reader.list(() => parseExpression(reader)) : [];
  const orderBy = parseOrderBy(reader);
  // a frame is not read
  reader.expect(')');
  return { partitionBy, orderBy };
}

/** `ORDER BY …`, if it is there. */
export function parseOrderBy(reader: TokenReader): readonly Ordering[] {
  if (!reader.took('ORDER', 'BY')) return [];
  return reader.list(() => {
    const of = parseExpression(reader);
    const descending = !reader.took('ASC') && reader.took('DESC');
    const nulls = reader.took('NULLS', 'FIRST') ? 'FIRST' : reader.took('NULLS', 'LAST') ? 'LAST' : undefined;
    return { of, descending, nulls };
  });
}
