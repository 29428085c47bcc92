import type { FromItem, Query } from './ast';
import { alike, condition } from './expression';
import { queryOf } from './query';
import { columnOf, columnSql, failure, type Scope, type Source } from './scope';
import type { Relation } from './typed';
import { quoted } from './types';

/** DuckDB's SQL of a FROM clause; its relations become names of the scope. */
export function fromSql(scope: Scope, item: FromItem): string {
  switch (item.kind) {
    case 'table': {
      const { names, at } = item.table;
      const [name = ''] = names;
      const common = names.length === 1 ? scope.withs.get(name.toLowerCase()) : undefined;
      const relation = common ?? scope.env.relation(names, at);
      if (common === undefined) scope.env.reads(relation);
      return addRelation(scope, relation, item.alias ?? names.at(-1)!, at);
    }
    case 'derived':
      return addRelation(scope, derived(scope, item.query, item.at), item.alias ?? '', item.at);
    case 'join':
      return joinSql(scope, item);
  }
}

/** A subquery in FROM sees nothing of the other relations there. */
function derived(scope: Scope, query: Query, at: number): Relation {
  const { env, outer, withs } = scope;
  const { sql, columns } = queryOf({ env, outer, withs }, query, at);
  return { sql: `(${sql})`, columns };
}

/** Makes a relation one of the scope's. @returns DuckDB's SQL of it with its alias */
export function addRelation(scope: Scope, relation: Relation, alias: string, at: number): string {
  // no column has that name: DuckDB would look for one first
  const sqlAlias = `gs_${scope.sources.length}_${at}`;
  scope.add({ alias, columns: relation.columns, sqlAlias, hidden: new Set() }, at);
  return `${relation.sql} AS ${quoted(sqlAlias)}`;
}

function joinSql(scope: Scope, item: Extract<FromItem, { kind: 'join' }>): string {
  const first = scope.sources.length;
  const left = fromSql(scope, item.left);
  const count = scope.sources.length;
  const right = fromSql(scope, item.right);
  const nested = item.right.kind === 'join' ? `(${right})` : right;
  if (item.how === 'CROSS') return `${left} CROSS JOIN ${nested}`;
  const on =
    item.on === undefined
      ? usingSql(scope, item, [first, count])
      : condition(scope, item.on, 'JOIN ON clause');
  return `${left} ${item.how} JOIN ${nested} ON ${on}`;
}

/** @param range the places of the scope's relations that are left of the join: from the first one up to those right of it */
function usingSql(
  scope: Scope,
  { using, how, at }: Extract<FromItem, { kind: 'join' }>,
  [first, count]: readonly [number, number],
): string {
  if (how === 'RIGHT' || how === 'FULL')
    throw failure(scope.env, `The fake has no ${how} JOIN with USING`, at);
  const parts = using.map((name) => {
    if (scope.sources.some(({ alias }) => alias.toLowerCase() === name.toLowerCase()))
      throw failure(scope.env, `Name ${name} in USING clause is a table alias, not a column name`, at);
    const side = (sources: readonly Source[]): Source => {
      const holders = sources.filter(
        ({ columns, hidden }) => columnOf(columns, name) !== undefined && !hidden.has(name.toLowerCase()),
      );
      if (holders.length !== 1)
        throw failure(scope.env, `Column ${name} in USING clause not found on one side of the join`, at);
      return holders[0]!;
    };
    const left = side(scope.sources.slice(first, count));
    const right = side(scope.sources.slice(count));
    const values = [left, right].map((each) => columnSql(each, columnOf(each.columns, name)!));
    const [a, b] = alike(scope, values, 'operator =', at);
    const hidden = new Set([...right.hidden, name.toLowerCase()]);
    scope.sources[scope.sources.indexOf(right)] = { ...right, hidden };
    return `${a} = ${b}`;
  });
  return parts.join(' AND ');
}
