import { shown, TidemarkError } from '../../errors';
import { isRecord, quoteIdentifier } from '../../value';
import type { DatabaseTable } from './table-config';
import type { TableRow } from './types';

/**
 * Refuses values of the cursor that lie in no interval and after which no run could go on: infinity, years before 1 and
 * beyond 9999, NaN. The database has them, in an order of its own.
 *
 * @throws CURSOR_COERCION naming the value, the row's key and the condition that leaves such rows out
 */
export function checkCursorValues(
  { name, cursor, cursorType }: DatabaseTable,
  rows: readonly TableRow[],
  key: readonly string[],
): void {
  if (cursor === undefined || cursorType === 'text' || cursorType === 'iso') return;
  const isDay = cursorType === 'datetime' || cursorType === 'date';
  for (const row of rows) {
    const value = row[cursor];
    // what has no value of its own came as the server's text
    const isOdd = isDay ? typeof value === 'string' : typeof value === 'number' && !Number.isFinite(value);
    if (!isOdd) continue;
    const column = quoteIdentifier(cursor);
    const where = isDay
      ? `${column} BETWEEN '0001-01-01' AND '9999-12-31'`
      : `${column} NOT IN (${Number.isNaN(value) ? "'NaN'" : "'Infinity', '-Infinity', 'NaN'"})`;
    const keyed = key.map((part) => `${part} = "${keyText(row[part])}"`).join(', ');
    throw new TidemarkError(
      'CURSOR_COERCION',
      `The table "${name}" has a row whose cursor "${cursor}" is "${shown(value)}"${keyed === '' ? '' : ` (${keyed})`}, which lies in no interval. Correct it, or leave such rows out: where: ${JSON.stringify(where)}`,
      { details: { table: name, cursor, value: String(value) } },
    );
  }
}

const keyText = (value: unknown): string => (isRecord(value) ? JSON.stringify(value) : shown(value));
