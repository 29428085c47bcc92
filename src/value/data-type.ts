/** The data types that a column can have, as dlt names them. */
export const DATA_TYPES = [
  'text',
  'double',
  'bool',
  'timestamp',
  'bigint',
  'binary',
  'json',
  'decimal',
  'wei',
  'date',
  'time',
] as const;

export type DataType = (typeof DATA_TYPES)[number];
