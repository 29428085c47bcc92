import type { Call, Ordering } from './ast';
import { analyze, condition, noSignature, refuseIncomparable } from './expression';
import { args } from './functions';
import { failure, type Scope } from './scope';
import type { Typed } from './typed';
import { scalar } from './types';

const NUMBERING: ReadonlySet<string> = new Set(['ROW_NUMBER', 'RANK', 'DENSE_RANK']);
const AGGREGATES: ReadonlySet<string> = new Set([
  'COUNT',
  'COUNTIF',
  'SUM',
  'AVG',
  'MIN',
  'MAX',
  'ANY_VALUE',
  'STRING_AGG',
  'LOGICAL_AND',
  'LOGICAL_OR',
]);

/** Whether a function is one of those, by its name in upper case. */
export const isAggregate = (name: string): boolean => AGGREGATES.has(name) || NUMBERING.has(name);

/** DuckDB's SQL of an aggregate, or of a function over a window. */
export function aggregate(scope: Scope, call: Call): Typed {
  const over = call.over === undefined ? '' : ` OVER (${windowSql(scope, call.over)})`;
  if (NUMBERING.has(call.name)) {
    if (over === '' || call.args.length > 0)
      throw failure(
        scope.env,
        `Analytic function ${call.name} cannot be called without an OVER clause`,
        call.at,
      );
    return { sql: `${call.name.toLowerCase()}()${over}`, type: scalar('INT64') };
  }
  if (call.ignoreNulls) throw failure(scope.env, "The fake doesn't have IGNORE NULLS", call.at);
  if (call.star) return { sql: `count(*)${over}`, type: scalar('INT64') };
  if (call.name === 'COUNTIF') {
    const [when] = call.args;
    if (when === undefined || call.args.length > 1 || call.distinct)
      throw noSignature(scope, 'aggregate function COUNTIF', [], call.at);
    return { sql: `count(CASE WHEN ${condition(scope, when)} THEN 1 END)${over}`, type: scalar('INT64') };
  }
  const [of, separator] = args(scope, call, ...(call.name === 'STRING_AGG' ? [1, 2] : [1]));
  const distinct = call.distinct ? 'DISTINCT ' : '';
  if (call.distinct) refuseIncomparable(scope, of!.type, 'Aggregate function with DISTINCT', call.at);
  const order = call.orderBy.length === 0 ? '' : ` ORDER BY ${orderingsSql(scope, call.orderBy)}`;
  if (order !== '' && call.name !== 'STRING_AGG')
    throw failure(scope.env, `ORDER BY is not allowed in ${call.name}`, call.at);
  const of1 = (name: string): string => `${name}(${distinct}${of!.sql})${over}`;
  const { name: type } = of!.type;
  switch (call.name) {
    case 'COUNT':
      return { sql: of1('count'), type: scalar('INT64') };
    case 'MIN':
    case 'MAX':
      refuseIncomparable(scope, of!.type, call.name, call.at);
      return { sql: of1(call.name.toLowerCase()), type: of!.type };
    case 'ANY_VALUE':
      return { sql: of1('any_value'), type: of!.type };
    case 'SUM':
      if (type === 'INT64') return { sql: `CAST(${of1('sum')} AS BIGINT)`, type: of!.type };
      if (type === 'FLOAT64' || type === 'BIGNUMERIC') return { sql: of1('sum'), type: of!.type };
      if (type === 'NUMERIC') return { sql: `CAST(${of1('sum')} AS DECIMAL(38,9))`, type: of!.type };
      break;
    case 'AVG':
      if (type === 'INT64' || type === 'FLOAT64') return { sql: of1('avg'), type: scalar('FLOAT64') };
      break;
    case 'LOGICAL_AND':
    case 'LOGICAL_OR':
      if (type === 'BOOL')
        return { sql: of1(call.name === 'LOGICAL_AND' ? 'bool_and' : 'bool_or'), type: of!.type };
      break;
    case 'STRING_AGG':
      if (type === 'STRING')
        return {
          sql: `string_agg(${distinct}${of!.sql}, ${separator?.sql ?? "','"}${order})${over}`,
          type: of!.type,
        };
      break;
  }
  throw noSignature(scope, `aggregate function ${call.name}`, [of!], call.at);
}

function windowSql(scope: Scope, { partitionBy, orderBy }: NonNullable<Call['over']>): string {
  const parts = partitionBy.map((each) => {
    const { sql, type } = analyze(scope, each);
    refuseIncomparable(scope, type, 'Partitioning by expressions', each.at);
    if (type.name === 'FLOAT64')
      throw failure(scope.env, 'Partitioning by expressions of type FLOAT64 is not allowed', each.at);
    return sql;
  });
  return [
    parts.length === 0 ? '' : `PARTITION BY ${parts.join(', ')}`,
    orderBy.length === 0 ? '' : `ORDER BY ${orderingsSql(scope, orderBy)}`,
  ]
    .filter((part) => part !== '')
    .join(' ');
}

/** Orderings: NULL comes first when it ascends, last when it descends. */
export function orderingsSql(scope: Scope, orderings: readonly Ordering[]): string {
  return orderings
    .map((ordering) => {
      const { sql, type } = analyze(scope, ordering.of);
      refuseIncomparable(scope, type, 'ORDER BY', ordering.of.at);
      return orderingSql(sql, ordering);
    })
    .join(', ');
}

export const orderingSql = (sql: string, { descending, nulls }: Ordering): string =>
  `${sql} ${descending ? 'DESC' : 'ASC'} NULLS ${nulls ?? (descending ? 'LAST' : 'FIRST')}`;
