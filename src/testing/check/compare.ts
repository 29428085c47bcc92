import { differenceLines, pairRows } from '../load/difference';
import { comparableStored } from '../load/rows';
import type { TestTable, TestTables } from '../load/tables';

/** What differs between the tables of two loads, in lines; none where both hold the same rows. */
export function tablesDifference(expected: TestTables, found: TestTables): readonly string[] {
  const names = [...new Set([...expected.keys(), ...found.keys()])].sort();
  return names.flatMap((name) => {
    const [wanted, got] = [expected.get(name), found.get(name)];
    const table = wanted ?? got!;
    // its rows are compared within their parents'
    if (isChild(expected, name) || isChild(found, name)) return [];
    const pairs = pairRows(rowsOf(wanted), rowsOf(got), table.key);
    return differenceLines(pairs, table.key).map((line) => `${name}: ${line}`);
  });
}

const rowsOf = (table: TestTable | undefined) =>
  table === undefined ? [] : table.rows.map((row) => comparableStored(table, row));

const isChild = (tables: TestTables, name: string): boolean =>
  [...tables.values()].some(({ children }) => Object.values(children).some((child) => child.name === name));

/** How many rows there are in all tables that are no child's. */
export const rowCount = (tables: TestTables): number =>
  [...tables.values()]
    .filter(({ name }) => !isChild(tables, name))
    .reduce((sum, { rows }) => sum + rows.length, 0);
