import { namesAndGuess, TidemarkError } from '../../errors';
import { checkDistinctNames } from '../../schema';
import { keyColumns } from '../../source';
import type { DatabaseTable } from './table-config';
import type { ColumnShape, TableShape } from './types';

/** The columns of a table that are read, with its key and its cursor. */
export interface ReadPlan {
  readonly columns: readonly ColumnShape[];
  readonly key: readonly string[];
  readonly cursor: ColumnShape | undefined;
}

/**
 * Compares what was asked for with what the catalogue has.
 *
 * @throws SOURCE_NOT_FOUND for a column that isn't there, naming the nearest; CONFIG_INVALID for a cursor of another type,
 * PRIMARY_KEY_REQUIRED for a merge without a key, NAME_COLLISION for two columns that give one name
 */
export function readPlan(table: DatabaseTable, shape: TableShape): ReadPlan {
  const find = (name: string, as: string): ColumnShape => {
    const found = shape.columns.find((column) => column.name === name);
    if (found === undefined) throw unknownColumn(table, { name, as, shape });
    return found;
  };
  const cursor = table.cursor === undefined ? undefined : find(table.cursor, 'cursor');
  if (cursor !== undefined) checkCursorType(table, cursor);
  const key = keyColumns(table.primaryKey) ?? shape.primaryKey;
  for (const name of key) find(name, 'primary key');
  if (needsKey(table) && key.length === 0)
    throw new TidemarkError(
      'PRIMARY_KEY_REQUIRED',
      `The table "${table.schema}"."${table.name}" has no primary key in the catalogue, and rows are merged by one. Declare primaryKey, or writeDisposition: 'append' for rows that never change.`,
      { details: { table: table.name } },
    );
  const wanted = new Set([...(table.columns ?? []), ...key, ...(cursor === undefined ? [] : [cursor.name])]);
  for (const name of wanted) find(name, 'column');
  const columns =
    table.columns === undefined ? shape.columns : shape.columns.filter(({ name }) => wanted.has(name));
  checkDistinctNames(
    columns.map(({ name }) => name),
    {
      owner: `The table "${table.schema}"."${table.name}"`,
      cure: 'Leave one of them out with columns: […], or load a view that names one of them otherwise.',
    },
  );
  return { columns, key, cursor };
}

function needsKey({ writeDisposition }: DatabaseTable): boolean {
  if (typeof writeDisposition === 'string') return writeDisposition === 'merge';
  return writeDisposition.disposition === 'merge' && writeDisposition.strategy !== 'scd2';
}

function unknownColumn(
  { schema, name: table }: DatabaseTable,
  { name, as, shape }: { readonly name: string; readonly as: string; readonly shape: TableShape },
): TidemarkError {
  const known = shape.columns.map((column) => column.name);
  return new TidemarkError(
    'SOURCE_NOT_FOUND',
    `The table "${schema}"."${table}" has no column "${name}", which is named as ${as}; it has ${namesAndGuess(name, known)}`,
    { details: { table, column: name, known } },
  );
}

function checkCursorType(
  { name: table, cursorType }: DatabaseTable,
  { name, type, cursorTypes }: ColumnShape,
): void {
  if (cursorTypes.includes(cursorType)) return;
  const cure =
    cursorTypes.length === 0
      ? 'Choose another column'
      : `Declare cursorType: ${cursorTypes.map((accepted) => `'${accepted}'`).join(' or ')}`;
  throw new TidemarkError(
    'CONFIG_INVALID',
    `The cursor "${name}" of the table "${table}" is declared as '${cursorType}', and its column is of the type "${type}". ${cure}.`,
    { details: { table, cursor: name, type } },
  );
}
