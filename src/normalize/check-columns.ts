import { TidemarkError } from '../errors';
import { columnsWith, LOAD_ID } from '../schema';
import type { TableBuffer } from './table-buffer';

/** @throws TidemarkError COLUMN_UNBOUND if a column that may not be null never got a type */
export function checkBound(table: TableBuffer): void {
  const unbound = Object.values(table.schema.columns).filter(
    (column) => column.data_type === undefined && column.nullable === false,
  );
  const [first] = unbound;
  if (first === undefined) return;
  const keys = new Set(
    columnsWith(table.schema, 'primary_key').concat(columnsWith(table.schema, 'merge_key')),
  );
  const what = keys.has(first.name) ? 'is part of a key' : 'is declared not null';
  throw new TidemarkError(
    'COLUMN_UNBOUND',
    `Column "${first.name}" of table "${table.schema.name}" ${what}, but no row has a value for it.` +
      ' Look at the spelling of the key, or declare the column with nullable: true.',
    { details: { table: table.schema.name, columns: unbound.map((column) => column.name) } },
  );
}

/** @throws TidemarkError NULL_IN_NOT_NULL if a row lacks a value that it must have; every chunk must be sealed */
export function checkPresent(table: TableBuffer): void {
  for (const { schema, present } of table.columns.values()) {
    if (schema.nullable !== false || present === table.total || schema.name === LOAD_ID) continue;
    throw new TidemarkError(
      'NULL_IN_NOT_NULL',
      `${table.total - present} of ${table.total} rows of table "${table.schema.name}" have no value for column "${schema.name}",` +
        ' which is declared not null or part of a key. Leave such rows out with filter, or declare the column with nullable: true.',
      { details: { table: table.schema.name, column: schema.name, rows: table.total - present } },
    );
  }
}
