import { EXTRA_COLUMNS } from '../../../src/destination/bigquery/guard';
import { DATASET_TABLE } from '../../../src/destination/commit';
import type { ActualTables } from '../../../src/destination/public';
import type { Column, StoredTable } from '../googlesql';

const TYPES: readonly (readonly [RegExp, string])[] = [
  [/^(U?(TINY|SMALL|BIG)?INT|U?INTEGER)$/, 'INT64'],
  [/^(DOUBLE|FLOAT)$/, 'FLOAT64'],
  [/^BOOLEAN$/, 'BOOL'],
  [/^TIMESTAMP/, 'TIMESTAMP'],
  [/^DATE$/, 'DATE'],
  [/^TIME/, 'TIME'],
  [/^BLOB$/, 'BYTES'],
  [/^JSON$/, 'JSON'],
  [/^DECIMAL\(\d+,9\)$/, 'NUMERIC'],
  [/^(DECIMAL|HUGEINT)/, 'BIGNUMERIC'],
];

/** BigQuery's type for one of DuckDB's, without digits. */
export const bigqueryType = (type: string): string =>
  TYPES.find(([pattern]) => pattern.test(type))?.[1] ?? 'STRING';

/** The tables of a dataset as they would be in BigQuery. */
export function bigqueryTables(dataset: string, tables: ActualTables): readonly StoredTable[] {
  return [...tables].map(([table, columns]) => ({
    dataset,
    table,
    columns: [...columns.map(({ name, type }) => ({ name, type: bigqueryType(type) })), ...extraOf(table)],
  }));
}

/** Columns that are made beside those that every destination has. */
function extraOf(table: string): readonly Column[] {
  if (table === DATASET_TABLE) return [{ name: 'version', type: 'INT64' }];
  const definitions = new Map<string, readonly string[]>(Object.entries(EXTRA_COLUMNS)).get(table) ?? [];
  // such as `` `slot_ms` INT64 ``
  return definitions.map((definition) => {
    const [name = '', type = ''] = definition.split(' ');
    return { name: name.replaceAll('`', ''), type };
  });
}
