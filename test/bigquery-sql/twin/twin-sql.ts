import type { Dialect } from '../../../src/destination/public';
import type { ColumnSchema } from '../../../src/schema';

/*
 * SQL in two languages at once: what differs between DuckDB's and BigQuery's is put between marks, and written out for each by its
 * own dialect.
 */

/** What stands around a piece that differs. */
const MARKS = {
  name: '⟦⟧',
  table: '⦃⦄',
  literal: '⟪⟫',
  type: '⟬⟭',
  instant: '⟮⟯',
  countWhere: '⟅⟆',
  brought: '⦅⦆',
  partitionKey: '⟨⟩',
} as const;

type Mark = keyof typeof MARKS;

const marked = (mark: Mark, content: string): string => `${MARKS[mark][0]}${content}${MARKS[mark][1]}`;

const hidden = (text: string): string => Buffer.from(text).toString('hex');
const shown = (hex: string): string => Buffer.from(hex, 'hex').toString();

/** Where rows are that were brought, by the name of their field. */
export const markBrought = (field: string): string => marked('brought', field);

/** A dialect that marks what differs. Types of stored columns are DuckDB's, where the rows are. */
export function twinDialect(duckdb: Dialect): Dialect {
  const quote = (name: string): string => marked('name', name);
  return {
    quote,
    literal: (text) => marked('literal', hidden(text)),
    table: (name) => marked('table', name),
    columnType: (column) => marked('type', hidden(JSON.stringify(column))),
    columnStorage: () => '',
    dataType: (actual) => duckdb.dataType(actual),
    widenedType: (actual, column) => duckdb.widenedType(actual, column),
    instant: (expression) => marked('instant', expression),
    date: (expression) => `CAST(${expression} AS DATE)`,
    boolean: (value) => String(value),
    nullsLast: (expression, order) => `${expression} ${order === 'desc' ? 'DESC' : 'ASC'} NULLS LAST`,
    countWhere: (condition) => marked('countWhere', condition),
    partitionKey: (expression, column) =>
      marked('partitionKey', `${hidden(JSON.stringify(column))} ${expression}`),
    createTemporary: (name, query) => `CREATE TEMP TABLE ${quote(name)} AS ${query}`,
  };
}

/** A language, and where the brought rows of a field are in it. */
export interface Language {
  readonly dialect: Dialect;
  brought(field: string): string;
}

/** SQL with marks as a language has it. What is marked may have marks within: those are written first. */
export function writtenIn({ dialect, brought }: Language, sql: string): string {
  const written: Readonly<Record<Mark, (content: string) => string>> = {
    name: (name) => dialect.quote(name),
    table: (name) => dialect.table(name),
    type: (column) => dialect.columnType(JSON.parse(shown(column)) as ColumnSchema),
    brought,
    instant: (expression) => dialect.instant(expression),
    countWhere: (condition) => dialect.countWhere(condition),
    literal: (text) => literal(dialect, shown(text)),
    partitionKey: (of) => partitionKey(dialect, of),
  };
  let done = sql;
  for (const [mark, write] of Object.entries(written) as [Mark, (content: string) => string][]) {
    const [open, close] = MARKS[mark];
    const innermost = new RegExp(`${open}([^${open}${close}]*)${close}`, 'g');
    // what DuckDB calls an instant may stand in a count, but none stands in itself
    done = done.replace(innermost, (_all, content: string) => write(content));
  }
  return done;
}

const literal = (dialect: Dialect, text: string): string =>
  dialect.literal?.(text) ?? `'${text.replaceAll("'", "''")}'`;

/** @param of the hidden column, a space and the expression */
function partitionKey(dialect: Dialect, of: string): string {
  const [column = '', ...expression] = of.split(' ');
  const value = expression.join(' ');
  return dialect.partitionKey?.(value, JSON.parse(shown(column)) as ColumnSchema) ?? value;
}
