import type { Assignment, Expression, MergeClause, Statement } from './ast';
import { coerced } from './cast';
import { analyze, condition } from './expression';
import { addRelation, fromSql } from './from';
import { statementQuery } from './query';
import { columnOf, type Environment, failure, Scope } from './scope';
import type { Relation, Typed } from './typed';
import { type Column, columnTypeText, quoted, typeText } from './types';

/** A statement that changes rows, as DuckDB's SQL. */
export interface Dml {
  readonly type: 'INSERT' | 'UPDATE' | 'DELETE' | 'MERGE' | 'TRUNCATE_TABLE';
  readonly target: Relation;
  /** A query that finds a row where more than one source row matches one of the target's. */
  readonly check: string | undefined;
  readonly sql: string;
}

type DmlStatement = Extract<Statement, { kind: 'insert' | 'update' | 'delete' | 'merge' | 'truncate' }>;

/** @throws ApiError invalidQuery */
export function dmlOf(env: Environment, statement: DmlStatement): Dml {
  const target = env.relation(statement.table.names, statement.table.at);
  if (target.key === undefined && target.sql.startsWith('('))
    throw failure(
      env,
      `${statement.table.names.join('.')} is not a table that rows can be written to`,
      statement.at,
    );
  switch (statement.kind) {
    case 'insert':
      return insertOf(env, statement, target);
    case 'update':
      return updateOf(env, statement, target);
    case 'delete': {
      const { scope, sql } = targetScope(env, statement, target);
      const where = condition(scope, statement.where, 'WHERE clause');
      return { type: 'DELETE', target, check: undefined, sql: `DELETE FROM ${sql} WHERE ${where}` };
    }
    case 'truncate':
      return { type: 'TRUNCATE_TABLE', target, check: undefined, sql: `DELETE FROM ${target.sql}` };
    case 'merge':
      return mergeOf(env, statement, target);
  }
}

function targetScope(
  env: Environment,
  { table, alias }: Pick<Extract<Statement, { kind: 'update' }>, 'table' | 'alias'>,
  target: Relation,
): { readonly scope: Scope; readonly sql: string } {
  const scope = new Scope(env, undefined, new Map());
  env.reads(target);
  return { scope, sql: addRelation(scope, target, alias ?? table.names.at(-1)!, table.at) };
}

function targetColumns(
  env: Environment,
  { columns }: Relation,
  names: readonly string[] | undefined,
  at: number,
): readonly Column[] {
  if (names === undefined) return columns;
  const seen = new Set<string>();
  return names.map((name) => {
    const column = columnOf(columns, name);
    if (column === undefined) throw failure(env, `Column ${name} is not present in the table`, at);
    if (seen.has(name.toLowerCase()))
      throw failure(env, `INSERT has columns with duplicate name: ${name}`, at);
    seen.add(name.toLowerCase());
    return column;
  });
}

const isDefault = (value: Expression): boolean =>
  value.kind === 'path' && value.names.length === 1 && value.names[0]!.toUpperCase() === 'DEFAULT';

function insertOf(
  env: Environment,
  statement: Extract<Statement, { kind: 'insert' }>,
  target: Relation,
): Dml {
  const { source, at } = statement;
  const columns = targetColumns(env, target, statement.columns, at);
  const into = `INSERT INTO ${target.sql} (${columns.map(({ name }) => quoted(name)).join(', ')})`;
  const counted = (count: number, what: string): void => {
    if (count !== columns.length)
      throw failure(
        env,
        `Inserted ${what} has wrong column count; Has ${count}, expected ${columns.length}`,
        at,
      );
  };
  if ('body' in source) {
    const { sql, columns: given } = statementQuery(env, source, at);
    counted(given.length, 'row');
    const names = given.map((_, index) => `"c${index}"`);
    const values = given.map(({ type, isNull }, index) => {
      const value: Typed = { sql: names[index]!, type, constant: isNull ? 'null' : undefined };
      const column = columns[index]!;
      return stored(env, value, column, {
        at,
        problem: `Query column ${index + 1} has type ${typeText(type)} which cannot be inserted into column ${column.name}, which has type ${typeText(column.type)}`,
      });
    });
    const from = `(${sql}) AS "gs_rows"(${names.join(', ')})`;
    return {
      type: 'INSERT',
      target,
      check: undefined,
      sql: `${into} SELECT ${values.join(', ')} FROM ${from}`,
    };
  }
  if (source.kind === 'row') throw failure(env, 'INSERT ROW is only a part of MERGE', at);
  const scope = new Scope(env, undefined, new Map());
  const rows = source.rows.map((row) => {
    counted(row.length, 'row');
    return `(${insertValues(scope, row, columns).join(', ')})`;
  });
  return { type: 'INSERT', target, check: undefined, sql: `${into} VALUES ${rows.join(', ')}` };
}

function insertValues(
  scope: Scope,
  values: readonly Expression[],
  columns: readonly Column[],
): readonly string[] {
  return values.map((each, index) => {
    if (isDefault(each)) return 'NULL';
    const value = analyze(scope, each);
    const column = columns[index]!;
    return stored(scope.env, value, column, {
      at: each.at,
      problem: `Value has type ${typeText(value.type)} which cannot be inserted into column ${column.name}, which has type ${typeText(column.type)}`,
    });
  });
}

/** DuckDB's SQL of a value as a column keeps it. @throws ApiError where it has another type */
function stored(
  env: Environment,
  value: Typed,
  column: Column,
  { at, problem }: { readonly at: number; readonly problem: string },
): string {
  const sql = coerced(value, column.type);
  if (sql === undefined) throw failure(env, problem, at);
  return fitted(sql, column);
}

/** A value as the parameters of a column's type want it, or an error. */
export function fitted(sql: string, column: Column): string {
  const { type, precision, scale, maxLength, name } = column;
  if (maxLength !== undefined) {
    const length = type.name === 'BYTES' ? `octet_length(${sql})` : `length(${sql})`;
    return `(CASE WHEN ${length} > ${maxLength} THEN error('gs:Field ${name.replaceAll("'", "''")}: ${columnTypeText(column)} has maximum length ${maxLength} but got a value with length ' || ${length}) ELSE ${sql} END)`;
  }
  if (type.name === 'BIGNUMERIC' && precision !== undefined)
    return `CAST(gs_fit_bignumeric(CAST(${sql} AS VARCHAR), '${precision},${scale ?? 0}') AS BIGNUM)`;
  return sql;
}

function assignments(scope: Scope, set: readonly Assignment[], target: Relation): string {
  const seen = new Set<string>();
  return set
    .map(({ column: name, qualified, value: expression, at }) => {
      if (!qualified && scope.sources[0]?.alias.toLowerCase() === name.toLowerCase())
        throw failure(scope.env, 'UPDATE ... SET does not support updating the entire row', at);
      const column = columnOf(target.columns, name);
      if (column === undefined) throw failure(scope.env, `Unrecognized name: ${name}`, at);
      if (seen.has(name.toLowerCase()))
        throw failure(scope.env, `Update item ${name} assigned more than once`, at);
      seen.add(name.toLowerCase());
      if (isDefault(expression)) return `${quoted(column.name)} = NULL`;
      const value = analyze(scope, expression);
      const sql = stored(scope.env, value, column, {
        at: expression.at,
        problem: `Value of type ${typeText(value.type)} cannot be assigned to ${column.name}, which has type ${typeText(column.type)}`,
      });
      return `${quoted(column.name)} = ${sql}`;
    })
    .join(', ');
}

function updateOf(
  env: Environment,
  statement: Extract<Statement, { kind: 'update' }>,
  target: Relation,
): Dml {
  const { scope, sql } = targetScope(env, statement, target);
  const { sqlAlias } = scope.sources[0]!;
  const from = statement.from === undefined ? undefined : fromSql(scope, statement.from);
  const set = assignments(scope, statement.set, target);
  const where = condition(scope, statement.where, 'WHERE clause');
  return {
    type: 'UPDATE',
    target,
    check: from && matchedTwice(`${sql}, ${from} WHERE ${where}`, sqlAlias),
    sql: `UPDATE ${sql} SET ${set}${from === undefined ? '' : ` FROM ${from}`} WHERE ${where}`,
  };
}

/** BigQuery refuses to choose between two source rows, where DuckDB takes either. */
const matchedTwice = (from: string, sqlAlias: string): string =>
  `SELECT 1 FROM ${from} GROUP BY ${quoted(sqlAlias)}.rowid HAVING count(*) > 1 LIMIT 1`;

function mergeOf(env: Environment, statement: Extract<Statement, { kind: 'merge' }>, target: Relation): Dml {
  const { scope, sql } = targetScope(env, statement, target);
  const { sqlAlias } = scope.sources[0]!;
  const using = fromSql(scope, statement.using);
  const joined = statement.using.kind === 'join' ? `(${using})` : using;
  const on = condition(scope, statement.on, 'MERGE ON clause');
  const clauses = statement.clauses.map((clause) => mergeClause(scope, clause, target));
  const changes = statement.clauses.some(({ when }) => when === 'MATCHED');
  return {
    type: 'MERGE',
    target,
    check: changes ? matchedTwice(`${sql} JOIN ${joined} ON ${on}`, sqlAlias) : undefined,
    sql: `MERGE INTO ${sql} USING ${joined} ON ${on} ${clauses.join(' ')}`,
  };
}

function mergeClause(scope: Scope, { when, and, action, at }: MergeClause, target: Relation): string {
  const { env } = scope;
  const bySource = when === 'NOT MATCHED BY SOURCE';
  const seen = new Scope(env, undefined, new Map());
  const [own, ...others] = scope.sources;
  seen.sources.push(...(when === 'MATCHED' ? scope.sources : bySource ? [own!] : others));
  const extra = and === undefined ? '' : ` AND ${condition(seen, and, 'WHEN clause')}`;
  const head = `WHEN ${when}${extra} THEN`;
  if (action.kind === 'delete') return `${head} DELETE`;
  if (action.kind === 'update') return `${head} UPDATE SET ${assignments(seen, action.set, target)}`;
  const columns = targetColumns(env, target, action.columns, at);
  const values: readonly Expression[] =
    action.values ?? columns.map(({ name }) => ({ kind: 'path', names: [name], at }));
  if (values.length !== columns.length)
    throw failure(
      env,
      `Inserted row has wrong column count; Has ${values.length}, expected ${columns.length}`,
      at,
    );
  const names = columns.map(({ name }) => quoted(name)).join(', ');
  return `${head} INSERT (${names}) VALUES (${insertValues(seen, values, columns).join(', ')})`;
}
