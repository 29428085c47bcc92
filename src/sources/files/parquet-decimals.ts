import type { DuckDBConnection } from '@duckdb/node-api';
import { allRows, type RowObject } from '../duckdb-reader';
import { brokenFile } from './file-errors';
import type { StoredFile } from './types';

/** The most digits of a decimal that DuckDB reads as one; of more it makes a double, whose digits are others. */
const MOST_DIGITS = 38;

/**
 * Refuses a file with a column of decimals that would be read as doubles, at any depth. The schema tells it, so no value
 * is looked at.
 *
 * @throws FILE_INVALID naming the column
 */
export async function refuseWideDecimals(
  connection: DuckDBConnection,
  { at, file }: { readonly at: string; readonly file: StoredFile },
): Promise<void> {
  const elements = await allRows(connection, {
    sql: 'SELECT name, num_children, converted_type, precision, logical_type FROM parquet_schema($1)',
    params: [at],
  });
  for (const { path, element } of withPaths(elements)) {
    const digits = digitsOf(element);
    if (digits <= MOST_DIGITS) continue;
    throw brokenFile(
      file,
      `has decimals of ${digits} digits, and ${MOST_DIGITS} are the most that are read exactly: write it with at most ${MOST_DIGITS} digits, or as text`,
      { column: path.join('.') },
    );
  }
}

/** The digits of a decimal, 0 for every other type. */
function digitsOf({ converted_type, precision, logical_type }: RowObject): number {
  const logical = /^DecimalType\(.*precision=(\d+)/.exec(String(logical_type))?.[1];
  if (converted_type !== 'DECIMAL' && logical === undefined) return 0;
  return Math.max(Number(precision ?? 0), Number(logical ?? 0));
}

/** The elements of a schema, which come as a tree's nodes do, each before its children; the first one is the file. */
function* withPaths(
  elements: readonly RowObject[],
): Generator<{ readonly path: readonly string[]; readonly element: RowObject }, void, void> {
  const open: { readonly name: string; left: number }[] = [];
  for (const element of elements.slice(1)) {
    const path = [...open.map(({ name }) => name), String(element['name'])];
    yield { path, element };
    const parent = open.at(-1);
    if (parent !== undefined) parent.left -= 1;
    const children = Number(element['num_children'] ?? 0);
    if (children > 0) open.push({ name: String(element['name']), left: children });
    else while (open.at(-1)?.left === 0) open.pop();
  }
}
