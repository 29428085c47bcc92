import { type ColumnSchema, isSystemName } from '../../schema';
import { standardSql } from '../sql';

const { quote } = standardSql;

const isLong = ({ name, data_type }: ColumnSchema): boolean =>
  !isSystemName(name) && (data_type === 'text' || data_type === 'binary' || data_type === 'json');

/**
 * How columns are indexed, after `CREATE INDEX ON table`. A B-tree refuses values of more than 2.7 kB, which a text may have:
 * one text of a key is found by its hash then.
 */
export function indexed(columns: readonly ColumnSchema[]): string {
  const long = columns.find(isLong);
  if (long !== undefined) return `USING hash (${quote(long.name)})`;
  return `(${columns.map(({ name }) => quote(name)).join(', ')})`;
}
