import { guess, shown, TidemarkError } from '../../errors';
import { VALUE_COLUMN } from '../../schema';
import { isPlainObject } from '../../value';
import { comparable, plainCell } from './cells';
import type { TestRow, TestTable } from './tables';

/** A row as plain data: its columns, and the rows of each child table as a list; a list of single values as these. */
export type PlainRow = Readonly<Record<string, unknown>>;

export function plainRow(table: TestTable, { cells, children }: TestRow): PlainRow {
  const columns = Object.entries(cells).map(([name, value]) => [
    name,
    plainCell(value, table.columns.get(name)),
  ]);
  const lists = Object.entries(children).map(([name, rows]) => {
    const child = table.children[name]!;
    return [name, rows.map((row) => plainItem(child, row))];
  });
  return Object.fromEntries([...columns, ...lists]) as PlainRow;
}

const plainItem = (child: TestTable, row: TestRow): unknown => {
  const plain = plainRow(child, row);
  return child.isList ? plain[VALUE_COLUMN] : plain;
};

/** A stored row in the form in which equal rows are the same; what is null, or an empty list, is left out. */
export const comparableStored = (table: TestTable, row: TestRow): PlainRow =>
  comparableRow(table, plainRow(table, row));

/**
 * A row that an author expects, in that form. Lists are child tables; other values belong to the column of that name.
 *
 * @throws USAGE for a key that is neither a column nor a child table, naming those that are
 */
export function comparableExpected(table: TestTable, row: unknown): PlainRow {
  if (!isPlainObject(row))
    throw new TidemarkError(
      'USAGE',
      `"${shown(row)}" is not a row of "${table.name}"; write an object by column.`,
    );
  return comparableRow(table, row);
}

function comparableRow(table: TestTable, row: Readonly<Record<string, unknown>>): PlainRow {
  const found: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(row)) {
    if (value === undefined || value === null) continue;
    const child = table.children[name];
    if (child !== undefined && Array.isArray(value)) {
      if (value.length > 0) found[name] = value.map((one) => comparableItem(child, one));
    } else if (table.columns.has(name)) found[name] = comparable(value, table.columns.get(name));
    else if (!(Array.isArray(value) && value.length === 0)) throw noColumn(table, name, value);
  }
  return found;
}

const comparableItem = (child: TestTable, item: unknown): unknown =>
  child.isList && !isPlainObject(item)
    ? comparable(item, child.columns.get(VALUE_COLUMN))
    : comparableExpected(child, item);

/** The error of a name that isn't in a table. */
export function noColumn(table: TestTable, name: string, value?: unknown): TidemarkError {
  const names = [...table.columns.keys(), ...Object.keys(table.children)];
  const flattened = isPlainObject(value)
    ? ` An object became columns: write "${name}__${Object.keys(value)[0] ?? '…'}".`
    : '';
  return new TidemarkError(
    'USAGE',
    `"${shown(name)}" is no column of the table "${table.name}"; it has ${names.map((one) => `"${one}"`).join(', ')}.${flattened || guess(name, names)}`,
  );
}
