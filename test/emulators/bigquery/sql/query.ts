import { orderingSql, orderingsSql } from './aggregates';
import type { Body, Expression, Ordering, Query, Select, SelectItem } from './ast';
import { castSql, coerced, sharedType } from './cast';
import { analyze, condition, refuseIncomparable } from './expression';
import { fromSql } from './from';
import { columnSql, type Environment, failure, Scope } from './scope';
import type { Relation, Typed } from './typed';
import { type Column, quoted, typeText } from './types';

/** What stands around a query. */
interface Around {
  readonly env: Environment;
  /** The query that it is a subquery of, if names may come from there. */
  readonly outer: Scope | undefined;
  readonly withs: ReadonlyMap<string, Relation>;
}

/** A query as DuckDB's SQL. */
export interface QuerySql {
  readonly sql: string;
  readonly columns: readonly OutputColumn[];
}

interface OutputColumn extends Column {
  /** NULL without a type of its own. */
  readonly isNull: boolean;
}

/** A whole query, of a statement. */
export const statementQuery = (env: Environment, query: Query, at: number): QuerySql =>
  queryOf({ env, outer: undefined, withs: new Map() }, query, at);

/** The name of a column without one, which nobody can name. */
const UNNAMED = /^\$f(\d+)$/;

export const isUnnamed = ({ name }: Column): boolean => UNNAMED.test(name);

/** The columns of a result: those without a name are `f0_` and so on. */
export const resultColumns = ({ columns }: QuerySql): readonly Column[] =>
  columns.map(({ name, type }) => ({ name: name.replace(UNNAMED, 'f$1_'), type, required: false }));

/** A query within an expression. */
export function subquery(scope: Scope, query: Query, at: number): QuerySql {
  const before = scope.found.within;
  const found = queryOf({ env: scope.env, outer: scope, withs: scope.withs }, query, at);
  if (scope.found.within > before) scope.correlated++;
  return found;
}

export function queryOf(around: Around, query: Query, at: number): QuerySql {
  const withs = new Map(around.withs);
  const heads = query.withs.map(({ name, query: inner, at: place }) => {
    const { sql, columns } = queryOf({ ...around, withs }, inner, place);
    withs.set(name.toLowerCase(), { sql: quoted(name), columns });
    return `${quoted(name)} AS (${sql})`;
  });
  const within = { ...around, withs };
  const limits = limitSql(within, query);
  const { sql, columns } = bodyOf(within, query.body, query.orderBy);
  refuseDuplicates(around.env, columns, at);
  return { sql: `${heads.length === 0 ? '' : `WITH ${heads.join(', ')} `}${sql}${limits}`, columns };
}

function limitSql(around: Around, { limit, offset }: Query): string {
  const part = (word: string, value: Expression | undefined): string => {
    if (value === undefined) return '';
    const { type, constant, text } = analyze(new Scope(around.env, undefined, new Map()), value);
    if (type.name !== 'INT64' || constant !== 'number')
      throw failure(around.env, `${word} expects an integer literal or parameter`, value.at);
    return ` ${word} ${text}`;
  };
  return `${part('LIMIT', limit)}${part('OFFSET', offset)}`;
}

function refuseDuplicates(env: Environment, columns: readonly Column[], at: number): void {
  const seen = new Set<string>();
  for (const { name } of columns) {
    if (seen.has(name.toLowerCase()))
      throw failure(
        env,
        `Duplicate column names in the result are not supported. Found duplicate(s): ${name}`,
        at,
      );
    seen.add(name.toLowerCase());
  }
}

function bodyOf(around: Around, body: Body, orderBy: readonly Ordering[]): QuerySql {
  if (body.kind === 'select') return selectOf(around, body, orderBy);
  const made = body.kind === 'query' ? queryOf(around, body.query, body.at) : setOf(around, body);
  const order = orderBy.map((ordering) => {
    const place = outputPlace(ordering.of, made.columns);
    if (place === undefined)
      throw failure(around.env, 'ORDER BY of a set operation expects a column of its result', ordering.of.at);
    return orderingSql(String(place + 1), ordering);
  });
  // parentheses keep the order and limit of what is within apart
  const inner = body.kind === 'query' ? `SELECT * FROM (${made.sql}) AS "gs_body"` : made.sql;
  return { ...made, sql: `${inner}${order.length === 0 ? '' : ` ORDER BY ${order.join(', ')}`}` };
}

function setOf(around: Around, body: Extract<Body, { kind: 'set' }>): QuerySql {
  const { operator, all, at } = body;
  const sides = [body.left, body.right].map((side) => bodyOf(around, side, [])) as [QuerySql, QuerySql];
  const [left, right] = sides;
  if (left.columns.length !== right.columns.length)
    throw failure(
      around.env,
      `Queries in ${operator} ${all ? 'ALL' : 'DISTINCT'} have mismatched column count; query 1 has ${left.columns.length} column(s), query 2 has ${right.columns.length} column(s)`,
      at,
    );
  if (operator !== 'UNION' && all) throw failure(around.env, `${operator} ALL is not supported`, at);
  const typed = (column: OutputColumn): Typed => ({
    sql: '',
    type: column.type,
    constant: column.isNull ? 'null' : undefined,
  });
  const columns = left.columns.map((column, index) => {
    const other = right.columns[index]!;
    const type = sharedType([typed(column), typed(other)]);
    if (type === undefined)
      throw failure(
        around.env,
        `Column ${index + 1} in ${operator} ${all ? 'ALL' : 'DISTINCT'} has incompatible types: ${typeText(column.type)}, ${typeText(other.type)}`,
        at,
      );
    return { ...column, type, isNull: column.isNull && other.isNull };
  });
  const [a, b] = sides.map((side) => castTo(side, columns));
  return { sql: `(${a}) ${operator}${all ? ' ALL' : ''} (${b})`, columns };
}

function castTo({ sql, columns }: QuerySql, wanted: readonly OutputColumn[]): string {
  if (columns.every(({ type }, index) => typeText(type) === typeText(wanted[index]!.type))) return sql;
  const names = columns.map((_, index) => `"c${index}"`);
  const casts = columns.map(({ type, isNull }, index) =>
    castSql({ sql: names[index]!, type, constant: isNull ? 'null' : undefined }, wanted[index]!.type),
  );
  return `SELECT ${casts.join(', ')} FROM (${sql}) AS "gs_side"(${names.join(', ')})`;
}

interface Item {
  readonly name: string;
  readonly value: Typed;
}

function selectOf({ env, outer, withs }: Around, select: Select, orderBy: readonly Ordering[]): QuerySql {
  const scope = new Scope(env, outer, withs);
  const from = select.from === undefined ? '' : ` FROM ${fromSql(scope, select.from)}`;
  if (select.from === undefined && orderBy.length > 0)
    throw failure(env, 'Query without FROM clause cannot have an ORDER BY clause', orderBy[0]!.of.at);
  const where = select.where === undefined ? '' : ` WHERE ${condition(scope, select.where, 'WHERE clause')}`;
  if (select.from !== undefined) refuseUnjoined(scope, select);
  const items = itemsOf(scope, select);
  const columns = items.map(({ name, value }) => ({
    name,
    type: value.type,
    required: false,
    isNull: value.constant === 'null',
  }));
  if (select.distinct)
    for (const { type } of columns) refuseIncomparable(scope, type, 'SELECT DISTINCT', select.at);
  scope.aliases = new Map(items.map(({ name, value }) => [name.toLowerCase(), value]));
  const groups = select.groupBy.map((each) => groupSql(scope, each, items));
  const clause = (word: string, value: Expression | undefined): string =>
    value === undefined ? '' : ` ${word} ${condition(scope, value, `${word} clause`)}`;
  const order = orderBy.map((ordering) => {
    if (ordering.of.kind === 'literal' && ordering.of.type !== 'INT64')
      throw failure(env, 'Cannot ORDER BY literal values', ordering.of.at);
    const place =
      outputPlace(ordering.of, columns) ??
      (select.distinct ? samePlace(scope, ordering.of, items) : undefined);
    if (place === undefined && select.distinct)
      throw failure(
        env,
        'ORDER BY clause expression references a column which is not visible after SELECT DISTINCT',
        ordering.of.at,
      );
    if (place === undefined) return orderingsSql(scope, [ordering]);
    refuseIncomparable(scope, columns[place]!.type, 'ORDER BY', ordering.of.at);
    return orderingSql(String(place + 1), ordering);
  });
  const list = items.map(({ name, value }) => `${ownType(value)} AS ${quoted(name)}`);
  const sql = [
    `SELECT ${select.distinct ? 'DISTINCT ' : ''}${list.join(', ')}${from}${where}`,
    groups.length === 0 ? '' : ` GROUP BY ${groups.join(', ')}`,
    clause('HAVING', select.having),
    clause('QUALIFY', select.qualify),
    order.length === 0 ? '' : ` ORDER BY ${order.join(', ')}`,
  ].join('');
  return { sql, columns };
}

const ownType = (value: Typed): string =>
  value.constant === 'null' || value.constant === 'never' ? coerced(value, value.type)! : value.sql;

function itemsOf(scope: Scope, select: Select): readonly Item[] {
  const items: Item[] = [];
  let unnamed = 0;
  for (const item of select.items) {
    if (item.kind === 'star') {
      items.push(...starItems(scope, item));
      continue;
    }
    const name = item.alias ?? nameOf(item.of) ?? `$f${unnamed++}`;
    items.push({ name, value: analyze(scope, item.of) });
  }
  return items;
}

function nameOf(expression: Expression): string | undefined {
  if (expression.kind === 'path') return expression.names.at(-1);
  return expression.kind === 'field' ? expression.name : undefined;
}

function starItems(scope: Scope, { of, except, at }: Extract<SelectItem, { kind: 'star' }>): readonly Item[] {
  const left = new Set(except.map((name) => name.toLowerCase()));
  const kept = (items: readonly Item[]): readonly Item[] => {
    const some = items.filter(({ name }) => !left.delete(name.toLowerCase()));
    if (left.size > 0)
      throw failure(scope.env, `Column ${[...left][0]} in SELECT * EXCEPT list does not exist`, at);
    return some;
  };
  if (of === undefined) {
    if (scope.sources.length === 0) throw failure(scope.env, 'SELECT * must have a FROM clause', at);
    if (scope.sources.some(({ hidden }) => hidden.size > 0))
      throw failure(scope.env, 'The fake has no SELECT * over a join with USING', at);
    return kept(scope.sources.flatMap(columnItems));
  }
  const [alias] = of.kind === 'path' && of.names.length === 1 ? of.names : [];
  const source = scope.sources.find((each) => alias?.toLowerCase() === each.alias.toLowerCase());
  if (source !== undefined) return kept(columnItems(source));
  const value = analyze(scope, of);
  const { fields } = value.type;
  if (fields === undefined)
    throw failure(scope.env, `Dot-star is not supported for type ${typeText(value.type)}`, at);
  return kept(
    fields.map(({ name, type }) => ({ name, value: { sql: `(${value.sql}).${quoted(name)}`, type } })),
  );
}

const columnItems = (source: Scope['sources'][number]): readonly Item[] =>
  source.columns.map((column) => ({ name: column.name, value: columnSql(source, column) }));

/** The place of a result's column that an ORDER BY names, by its name or number. */
function outputPlace(expression: Expression, columns: readonly Column[]): number | undefined {
  if (expression.kind === 'literal' && expression.type === 'INT64') {
    const place = Number(expression.text) - 1;
    return place >= 0 && place < columns.length ? place : undefined;
  }
  if (expression.kind !== 'path' || expression.names.length !== 1) return undefined;
  const name = expression.names[0]!.toLowerCase();
  const place = columns.findIndex((column) => column.name.toLowerCase() === name);
  return place < 0 ? undefined : place;
}

/** The place of a result's column that is the same expression. */
function samePlace(scope: Scope, expression: Expression, items: readonly Item[]): number | undefined {
  const { sql } = analyze(scope, expression);
  const place = items.findIndex(({ value }) => value.sql === sql);
  return place < 0 ? undefined : place;
}

function groupSql(scope: Scope, expression: Expression, items: readonly Item[]): string {
  const isPlace = expression.kind === 'literal' && expression.type === 'INT64';
  if (expression.kind === 'literal' && !isPlace)
    throw failure(scope.env, 'Cannot GROUP BY literal values', expression.at);
  const item = isPlace ? items[Number(expression.text) - 1] : undefined;
  if (isPlace && item === undefined)
    throw failure(scope.env, `GROUP BY column number is out of range`, expression.at);
  const { sql, type } = item?.value ?? analyze(scope, expression);
  refuseIncomparable(scope, type, 'Grouping by expressions', expression.at);
  return sql;
}

/**
 * A subquery that depends on the rows around it is run by BigQuery as a join: one of its conditions has to be an equality of
 * the two sides.
 */
function refuseUnjoined(scope: Scope, { where, at }: Select): void {
  if (scope.outer === undefined || scope.found.outside === 0) return;
  if (where !== undefined && conjuncts(where).some((each) => joins(scope, each))) return;
  throw failure(
    scope.env,
    'LEFT SEMI JOIN cannot be used without a condition that is an equality of fields from both sides of the join.',
    at,
  );
}

const conjuncts = (expression: Expression): readonly Expression[] =>
  expression.kind === 'binary' && expression.operator === 'AND'
    ? [...conjuncts(expression.left), ...conjuncts(expression.right)]
    : [expression];

function joins(scope: Scope, expression: Expression): boolean {
  if (expression.kind !== 'binary' || expression.operator !== '=') return false;
  const side = (of: Expression): 'here' | 'outside' | 'else' => {
    const before = { ...scope.found };
    analyze(scope, of);
    const here = scope.found.here > before.here;
    const outside = scope.found.outside > before.outside;
    return here === outside ? 'else' : here ? 'here' : 'outside';
  };
  const [left, right] = [side(expression.left), side(expression.right)];
  return left !== 'else' && right !== 'else' && left !== right;
}
