import { AssertionError } from 'node:assert';
import { redactData } from '../../config';
import { namesAndGuess, nearest, shown, TidemarkError } from '../../errors';
import { checkOptions, listOf, object, text } from '../../options';
import { isPlainObject } from '../../value';
import { differenceLines, pairRows } from './difference';
import { comparableExpected, comparableStored, noColumn, type PlainRow, plainRow } from './rows';
import type { TestTables } from './tables';

/** Options of `expectRows`. */
export interface ExpectRowsOptions {
  /** Only these columns and child tables are compared. @default all that the table has */
  readonly columns?: readonly string[];
  /**
   * The columns by which a row is found.
   * @default the table's primary key, if each expected row has it; else rows are found by their content
   */
  readonly by?: readonly string[];
}

const checks = object<ExpectRowsOptions>({ columns: listOf(text), by: listOf(text) });

/** Which table is compared. */
interface Compared {
  readonly tables: TestTables;
  readonly name: string;
  /** The function that the test called: the stack of an error begins there. */
  readonly called: (...args: never[]) => unknown;
}

/**
 * Compares the rows of a table with those that are expected, without regard to their order.
 *
 * @throws AssertionError naming the rows and columns that differ; USAGE for a column that isn't there, or an empty table whose name is
 * nearly that of another
 */
export function expectRows(
  { tables, name, called }: Compared,
  expected: readonly object[],
  options: ExpectRowsOptions = {},
): void {
  checkOptions('expectRows', options, checks);
  if (!Array.isArray(expected))
    throw new TidemarkError('USAGE', 'expectRows takes the rows that are expected as a list.');
  const table = tables.get(name);
  if (table === undefined) {
    if (expected.length > 0) throw noTable({ tables, name, called }, expected);
    // that nothing was loaded into a table whose name is misspelt says nothing
    if (nearest(name, [...tables.keys()]) !== undefined)
      throw new TidemarkError('USAGE', noTableText(tables, name));
    return;
  }
  for (const column of [...(options.columns ?? []), ...(options.by ?? [])])
    if (!table.columns.has(column) && table.children[column] === undefined) throw noColumn(table, column);
  const wanted = expected.map((row) => comparableExpected(table, row));
  const hasKey = wanted.every((row) => table.key.every((column) => column in row));
  const key = options.by ?? (hasKey ? table.key : []);
  const only = (row: PlainRow): PlainRow => restricted(row, options.columns, key);
  const pairs = pairRows(
    wanted.map(only),
    table.rows.map((row) => only(comparableStored(table, row))),
    key,
  );
  const lines = differenceLines(pairs, key);
  if (lines.length === 0) return;
  throw new AssertionError({
    message: [`The table "${name}" does not hold the expected rows:`, ...lines].join('\n  '),
    expected: redactData([...pairs.both.map((pair) => pair.expected), ...pairs.missing]),
    actual: redactData([...pairs.both.map((pair) => pair.found), ...pairs.extra]),
    operator: 'expectRows',
    stackStartFn: called,
  });
}

function restricted(row: PlainRow, columns: readonly string[] | undefined, key: readonly string[]): PlainRow {
  if (columns === undefined) return row;
  return Object.fromEntries(
    Object.entries(row).filter(([name]) => columns.includes(name) || key.includes(name)),
  );
}

function noTable({ tables, name, called }: Compared, expected: readonly object[]): AssertionError {
  return new AssertionError({
    message: noTableText(tables, name),
    expected: redactData(expected.filter(isPlainObject)),
    actual: [],
    operator: 'expectRows',
    stackStartFn: called,
  });
}

function noTableText(tables: TestTables, name: string): string {
  if (tables.size === 0) return `There is no table "${shown(name)}": no table was loaded.`;
  return `There is no table "${shown(name)}": there are ${namesAndGuess(name, [...tables.keys()])}`;
}

/**
 * The rows of a table as plain data, in the order of its primary key, else as they are stored.
 * @throws USAGE for a table that isn't there, naming those that are
 */
export function rowsOf(tables: TestTables, name: string): PlainRow[] {
  const table = tables.get(name);
  if (table === undefined) throw new TidemarkError('USAGE', noTableText(tables, name));
  const rows = table.rows.map((row) => plainRow(table, row));
  return rows.sort((a, b) => table.key.reduce((order, column) => order || compare(a[column], b[column]), 0));
}

function compare(a: unknown, b: unknown): number {
  const numeric = [a, b].every((value) => typeof value === 'number' || typeof value === 'bigint');
  const [one, other] = (numeric ? [a, b] : [String(a), String(b)]) as [string, string];
  return one < other ? -1 : one > other ? 1 : 0;
}
