import { type ColumnSchema, type DataType, type Dialect, standardSql } from 'tidemark/destination';

/**
 * SQLite takes any name of a type, and finds in it how values are kept: `…TEXT` as text, `…BLOB` as they are given. A column's
 * type can't be changed, and one of whole numbers has to take longer ones later: as `…INT…`, SQLite would round them.
 */
const TYPES: Readonly<Record<DataType, string>> = {
  bigint: 'WHOLE_BLOB',
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
  (/CHAR|CLOB/.test(declared) ? 'text' : /INT/.test(declared) ? 'bigint' : undefined);

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
  };
}
