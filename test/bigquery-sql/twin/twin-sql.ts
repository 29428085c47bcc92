import type { Dialect } from '../../../src/destination/public';

/*
 * SQL in two languages at once: what differs between DuckDB's and BigQuery's is put between marks, and written out for each.
 */

/** What is written between a mark and its end. */
const MARKS = {
  name: '⟦⟧',
  table: '⦃⦄',
  text: '⟪⟫',
  type: '⟬⟭',
  instant: '⟮⟯',
  countWhere: '⟅⟆',
  brought: '⦅⦆',
} as const;

export type Mark = keyof typeof MARKS;

export const marked = (mark: Mark, content: string): string => `${MARKS[mark][0]}${content}${MARKS[mark][1]}`;

/** How a language writes what is marked. Texts are given as they are. */
export type Language = Readonly<Record<Mark, (content: string) => string>>;

/** SQL with marks as a language has it; what is marked may have marks within. */
export function writtenIn(language: Language, sql: string): string {
  let done = sql;
  for (const [mark, [open, close]] of Object.entries(MARKS) as [Mark, string][]) {
    const innermost = new RegExp(`${open}([^${open}${close}]*)${close}`, 'g');
    done = done.replace(innermost, (_all, content: string) =>
      language[mark](mark === 'text' ? Buffer.from(content, 'hex').toString() : content),
    );
  }
  return done;
}

/** A dialect that marks what differs. Types are DuckDB's, where the rows are. */
export function twinDialect(duckdb: Dialect): Dialect {
  const quote = (name: string): string => marked('name', name);
  return {
    quote,
    literal: (text) => marked('text', Buffer.from(text).toString('hex')),
    table: (name) => marked('table', name),
    columnType: (column) => marked('type', duckdb.columnType(column)),
    columnStorage: () => '',
    dataType: (actual) => duckdb.dataType(actual),
    widenedType: (actual, column) => duckdb.widenedType(actual, column),
    instant: (expression) => marked('instant', expression),
    date: (expression) => `CAST(${expression} AS DATE)`,
    boolean: (value) => String(value),
    nullsLast: (expression, order) => `${expression} ${order === 'desc' ? 'DESC' : 'ASC'} NULLS LAST`,
    countWhere: (condition) => marked('countWhere', condition),
    createTemporary: (name, query) => `CREATE TEMP TABLE ${quote(name)} AS ${query}`,
  };
}

/** DuckDB's, by its own dialect. */
export function duckdbLanguage(duckdb: Dialect): Language {
  return {
    name: (name) => duckdb.quote(name),
    table: (name) => duckdb.table(name),
    text: (text) => `'${text.replaceAll("'", "''")}'`,
    type: (type) => type,
    instant: (expression) => duckdb.instant(expression),
    countWhere: (condition) => duckdb.countWhere(condition),
    brought: (name) => duckdb.quote(name),
  };
}

/** BigQuery's. A table that was brought is a record of the staging table, by its name. */
export function bigqueryLanguage(dataset: string): Language {
  const quote = (name: string): string => `\`${name}\``;
  const table = (name: string): string => `${quote(dataset)}.${quote(name)}`;
  return {
    name: quote,
    table,
    text: (text) => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'").replaceAll('\n', '\\n')}'`,
    type: bigqueryType,
    instant: (expression) => `TIMESTAMP(${expression})`,
    countWhere: (condition) => `COUNTIF(${condition})`,
    brought: (name) => `(SELECT ${name}.* FROM ${table(STAGE)} WHERE ${name} IS NOT NULL)`,
  };
}

/** The table that the rows of a load are brought to. */
export const STAGE = '_tidemark_stage_1';

const TYPES: readonly (readonly [RegExp, string])[] = [
  [/^(U?(TINY|SMALL|BIG)?INT|U?INTEGER)$/, 'INT64'],
  [/^(DOUBLE|FLOAT)$/, 'FLOAT64'],
  [/^BOOLEAN$/, 'BOOL'],
  [/^TIMESTAMP WITH TIME ZONE$/, 'TIMESTAMP'],
  [/^TIMESTAMP/, 'DATETIME'],
  [/^DATE$/, 'DATE'],
  [/^TIME/, 'TIME'],
  [/^BLOB$/, 'BYTES'],
  [/^JSON$/, 'JSON'],
  [/^(DECIMAL\(\d+,9\)|NUMERIC)/, 'NUMERIC'],
  [/^(DECIMAL|HUGEINT)/, 'BIGNUMERIC'],
];

/** BigQuery's type for one of DuckDB's. */
export const bigqueryType = (type: string): string =>
  TYPES.find(([pattern]) => pattern.test(type))?.[1] ?? 'STRING';
