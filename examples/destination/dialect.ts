import { type ColumnSchema, type DataType, type Dialect, standardSql } from 'tidemark/destination';

/** SQLite takes any name of a type, and finds in it how values are kept: `…INT…` whole numbers, `…TEXT` text. */
const TYPES: Readonly<Record<DataType, string>> = {
  bigint: 'BIGINT',
  double: 'DOUBLE',
  bool: 'BOOLEAN',
  timestamp: 'TIMESTAMP',
  date: 'DATE',
  time: 'TIME',
  text: 'TEXT',
  json: 'JSON_TEXT',
  binary: 'BLOB',
  decimal: 'DECIMAL_TEXT',
  wei: 'WEI_TEXT',
};

/** Other programs write other names. */
const typeOf = (declared: string): DataType | undefined =>
  (Object.keys(TYPES) as DataType[]).find((type) => TYPES[type] === declared) ??
  (/CHAR|CLOB/.test(declared) ? 'text' : undefined);

export function sqliteDialect(dataset: string): Dialect {
  const { quote } = standardSql;
  return {
    ...standardSql,
    table: (name) => `${quote(dataset)}.${quote(name)}`,
    columnType: ({ data_type = 'text' }: ColumnSchema) => TYPES[data_type],
    widenedType: () => undefined,
    dataType: typeOf,
    instant: (expression) => `instant(${expression})`,
    // Days are texts that order as days do.
    date: (expression) => expression,
    stagedRow: 'rowid',
  };
}
