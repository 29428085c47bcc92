import type { Expression } from './ast';
import { castSql, coerced, sharedType } from './cast';
import { callOf } from './functions';
import { subquery } from './query';
import { failure, fieldsOf, type Scope } from './scope';
import type { Typed } from './typed';
import { duckType, isNumber, type SqlType, scalar, typeText } from './types';

const BOOL = scalar('BOOL');

/** DuckDB's SQL for an expression. @throws ApiError invalidQuery for what GoogleSQL refuses, or what the fake can't do */
export function analyze(scope: Scope, expression: Expression): Typed {
  const { env } = scope;
  const { at } = expression;
  switch (expression.kind) {
    case 'literal':
      return literal(scope, expression);
    case 'path':
      return scope.resolve(expression.names, at);
    case 'parameter':
      return env.parameter(expression.name, at);
    case 'system':
      return env.system(expression.name, at);
    case 'field':
      return fieldsOf(env, analyze(scope, expression.of), [expression.name], at);
    case 'unary': {
      refuseNull(scope, expression.operator, expression.of);
      if (expression.operator === 'NOT')
        return { sql: `(NOT ${condition(scope, expression.of)})`, type: BOOL };
      const of = analyze(scope, expression.of);
      if (!isNumber(of.type)) throw noSignature(scope, 'operator -', [of], at);
      return { sql: `(- ${of.sql})`, type: of.type };
    }
    case 'binary':
      return binary(scope, expression);
    case 'is': {
      const of =
        expression.what === 'NULL' ? analyze(scope, expression.of).sql : condition(scope, expression.of);
      return { sql: `(${of} IS ${expression.not ? 'NOT ' : ''}${expression.what})`, type: BOOL };
    }
    case 'in':
      return inOf(scope, expression);
    case 'between': {
      const values = [expression.of, expression.low, expression.high].map((each) => analyze(scope, each));
      const [of, low, high] = alike(scope, values, 'operator BETWEEN', at);
      return { sql: `(${of} ${expression.not ? 'NOT ' : ''}BETWEEN ${low} AND ${high})`, type: BOOL };
    }
    case 'case':
      return caseOf(scope, expression);
    case 'cast':
      return castOf(scope, expression);
    case 'exists': {
      const { sql } = subquery(scope, expression.query, at);
      return { sql: `EXISTS (${sql})`, type: BOOL };
    }
    case 'subquery': {
      const { sql, columns } = subquery(scope, expression.query, at);
      if (columns.length !== 1)
        throw failure(
          env,
          'Scalar subquery cannot have more than one column unless using SELECT AS STRUCT',
          at,
        );
      return { sql: `(${sql})`, type: columns[0]!.type };
    }
    case 'call':
      return callOf(scope, expression);
  }
}

function refuseNull({ env }: Scope, operator: string, operand: Expression): void {
  if (operand.kind === 'literal' && operand.type === 'NULL')
    throw failure(env, `Operands of ${operator} cannot be literal NULL`, operand.at);
}

/** A condition: only a BOOL is one. */
export function condition(scope: Scope, expression: Expression, clause = 'operand'): string {
  const value = analyze(scope, expression);
  const sql = value.type.name === 'BOOL' || value.constant === 'null' ? coerced(value, BOOL) : undefined;
  if (sql === undefined)
    throw failure(
      scope.env,
      `${clause} should return type BOOL, but returns ${typeText(value.type)}`,
      expression.at,
    );
  return sql;
}

function literal({ env }: Scope, { type, text, at }: Extract<Expression, { kind: 'literal' }>): Typed {
  switch (type) {
    case 'NULL':
      return { sql: 'NULL', type: scalar('INT64'), constant: 'null' };
    case 'STRING':
      return { sql: env.bind(text), type: scalar('STRING'), constant: 'text', text };
    case 'INT64': {
      const value = text.startsWith('-') ? -BigInt(text.slice(1)) : BigInt(text);
      if (value >= 2n ** 63n || value < -(2n ** 63n))
        throw failure(env, `Invalid integer literal: ${text}`, at);
      return { sql: `CAST(${value} AS BIGINT)`, type: scalar(type), constant: 'number', text: `${value}` };
    }
    case 'FLOAT64':
      return { sql: `CAST('${text}' AS DOUBLE)`, type: scalar(type), constant: 'number', text };
    case 'BOOL':
      return { sql: text, type: BOOL };
    case 'BYTES': {
      const hex = Buffer.from(text, 'latin1').toString('hex');
      return { sql: `unhex('${hex}')`, type: scalar(type) };
    }
    case 'JSON':
      return { sql: `gs_json_exact(${env.bind(text)})`, type: scalar(type) };
    default: {
      const sql = castSql({ sql: env.bind(text), type: scalar('STRING') }, scalar(type));
      return { sql: sql!, type: scalar(type) };
    }
  }
}

/** Values as of their common type. @throws ApiError where there is none */
export function alike(scope: Scope, values: readonly Typed[], of: string, at: number): readonly string[] {
  const shared = sharedType(values);
  const all = shared === undefined ? undefined : values.map((value) => coerced(value, shared));
  if (all === undefined || all.includes(undefined)) throw noSignature(scope, of, values, at);
  refuseIncomparable(scope, shared!, of, at);
  return all as readonly string[];
}

/** @throws ApiError for values that can't be compared */
export function refuseIncomparable(scope: Scope, type: SqlType, of: string, at: number): void {
  if (type.name === 'JSON' || type.name === 'STRUCT')
    throw failure(scope.env, `${of} is not defined for arguments of type ${typeText(type)}`, at);
}

export function noSignature(scope: Scope, of: string, values: readonly Typed[], at: number): Error {
  const types = values.map(({ type, constant }) => (constant === 'null' ? 'NULL' : typeText(type)));
  return failure(scope.env, `No matching signature for ${of} for argument types: ${types.join(', ')}`, at);
}

function binary(scope: Scope, expression: Extract<Expression, { kind: 'binary' }>): Typed {
  const { operator, at } = expression;
  if (operator === 'AND' || operator === 'OR') return logical(scope, expression);
  for (const operand of [expression.left, expression.right]) refuseNull(scope, operator, operand);
  const left = analyze(scope, expression.left);
  const right = analyze(scope, expression.right);
  if (operator === '||' || operator === 'LIKE') {
    const [a, b] = [coerced(left, scalar('STRING')), coerced(right, scalar('STRING'))];
    const bytes = left.type.name === 'BYTES' && right.type.name === 'BYTES' && operator === '||';
    if (bytes) return { sql: `(${left.sql} || ${right.sql})`, type: left.type };
    if (a === undefined || b === undefined)
      throw noSignature(scope, `operator ${operator}`, [left, right], at);
    return operator === '||'
      ? { sql: `(${a} || ${b})`, type: scalar('STRING') }
      : { sql: `(${a} LIKE ${b} ESCAPE '\\')`, type: BOOL };
  }
  if ('+-*/'.includes(operator)) return arithmetic(scope, { operator, left, right, at });
  const [a, b] = alike(scope, [left, right], `operator ${operator}`, at);
  return { sql: `(${a} ${operator} ${b})`, type: BOOL };
}

function logical(scope: Scope, expression: Extract<Expression, { kind: 'binary' }>): Typed {
  const { operator, at } = expression;
  const before = scope.correlated;
  const left = condition(scope, expression.left, `operator ${operator}`);
  const between = scope.correlated;
  const right = condition(scope, expression.right, `operator ${operator}`);
  if (operator === 'OR' && between > before && scope.correlated > between)
    throw failure(
      scope.env,
      'Correlated subqueries that reference other tables are not supported unless they can be de-correlated, such as by transforming them into an efficient JOIN.',
      at,
    );
  return { sql: `(${left} ${operator} ${right})`, type: BOOL };
}

function arithmetic(
  scope: Scope,
  { operator, left, right, at }: { operator: string; left: Typed; right: Typed; at: number },
): Typed {
  const shared = sharedType([left, right]);
  const refuse = (): Error => noSignature(scope, `operator ${operator}`, [left, right], at);
  if (shared === undefined || !isNumber(shared)) throw refuse();
  const type = operator === '/' && shared.name === 'INT64' ? scalar('FLOAT64') : shared;
  const [a, b] = [coerced(left, type), coerced(right, type)];
  if (a === undefined || b === undefined) throw refuse();
  if (type.name === 'BIGNUMERIC' && '*/'.includes(operator))
    throw failure(scope.env, `The fake can't do ${operator} with BIGNUMERIC`, at);
  if (operator === '/') {
    const quotient = `(CASE WHEN ${b} = 0 THEN error('gs:division by zero') ELSE ${a} / ${b} END)`;
    return { sql: type.name === 'FLOAT64' ? quotient : `CAST(${quotient} AS ${duckType(type)})`, type };
  }
  const sql = `(${a} ${operator} ${b})`;
  return { sql: type.name === 'NUMERIC' ? `CAST(${sql} AS DECIMAL(38,9))` : sql, type };
}

function inOf(scope: Scope, { not, of, among, at }: Extract<Expression, { kind: 'in' }>): Typed {
  const value = analyze(scope, of);
  const word = not ? 'NOT IN' : 'IN';
  if ('body' in among) {
    const { sql, columns } = subquery(scope, among, at);
    if (columns.length !== 1)
      throw failure(scope.env, `Subquery of type IN must have only one output column`, at);
    const column: Typed = { sql: '"gs_value"', type: columns[0]!.type };
    const [a, b] = alike(scope, [value, column], 'operator IN', at);
    const same = b === column.sql;
    const set = same ? sql : `SELECT ${b} FROM (${sql}) AS "gs_in"("gs_value")`;
    return { sql: `(${a} ${word} (${set}))`, type: BOOL };
  }
  const [a, ...list] = alike(scope, [value, ...among.map((each) => analyze(scope, each))], 'operator IN', at);
  return { sql: `(${a} ${word} (${list.join(', ')}))`, type: BOOL };
}

function caseOf(scope: Scope, { of, whens, otherwise, at }: Extract<Expression, { kind: 'case' }>): Typed {
  const conditions =
    of === undefined
      ? whens.map(({ when }) => condition(scope, when, 'CASE condition'))
      : equalities(scope, [of, ...whens.map(({ when }) => when)], at);
  const none: Expression = { kind: 'literal', type: 'NULL', text: '', at };
  const values = [...whens.map(({ value }) => value), otherwise ?? none].map((each) => analyze(scope, each));
  const { type, sqls } = together(scope, values, 'operator CASE', at);
  const parts = conditions.map((when, index) => `WHEN ${when} THEN ${sqls[index]}`);
  return { sql: `(CASE ${parts.join(' ')} ELSE ${sqls.at(-1)} END)`, type };
}

/** The first value compared with each of the others. */
function equalities(scope: Scope, expressions: readonly Expression[], at: number): readonly string[] {
  const values = expressions.map((each) => analyze(scope, each));
  const [first, ...others] = alike(scope, values, 'operator CASE', at);
  return others.map((other) => `${first} = ${other}`);
}

/** Values as of their common type, which needn't be one that can be compared. */
export function together(
  scope: Scope,
  values: readonly Typed[],
  of: string,
  at: number,
): { readonly type: SqlType; readonly sqls: readonly string[] } {
  const type = sharedType(values);
  const sqls = type === undefined ? [undefined] : values.map((value) => coerced(value, type));
  if (type === undefined || sqls.includes(undefined)) throw noSignature(scope, of, values, at);
  return { type, sqls: sqls as readonly string[] };
}

function castOf(scope: Scope, { of, to, safe, at }: Extract<Expression, { kind: 'cast' }>): Typed {
  const value = analyze(scope, of);
  if (to.precision !== undefined || to.maxLength !== undefined)
    throw failure(scope.env, "The fake can't cast to a type with parameters", at);
  const sql = castSql(value, to.type, safe);
  if (sql === undefined)
    throw failure(scope.env, `Invalid cast from ${typeText(value.type)} to ${typeText(to.type)}`, at);
  return { sql, type: to.type };
}
