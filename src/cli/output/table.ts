import Table from 'cli-table3';
import { formatCell } from './format';
import { styleFor } from './style';
import type { Terminal } from './terminal';

/** Only spaces between the columns and a rule under the head: reads well, and pipes into anything. */
const PLAIN_CHARS = {
  top: '',
  'top-mid': '',
  'top-left': '',
  'top-right': '',
  bottom: '',
  'bottom-mid': '',
  'bottom-left': '',
  'bottom-right': '',
  left: '',
  'left-mid': '',
  mid: '',
  'mid-mid': '',
  right: '',
  'right-mid': '',
  middle: '  ',
};

const MAX_CELL = 60;

/** A table as text. Numbers stand to the right; a cell is one line and at most 60 characters wide. */
export function renderTable(
  terminal: Pick<Terminal, 'colour'>,
  columns: readonly string[],
  rows: readonly (readonly unknown[])[],
): string {
  const style = styleFor(terminal.colour);
  const table = new Table({
    head: columns.map((column) => style.bold(column)),
    chars: PLAIN_CHARS,
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0 },
    colAligns: columns.map((_, index) =>
      rows.length > 0 && rows.every((row) => isNumeric(row[index])) ? 'right' : 'left',
    ),
  });
  for (const row of rows) table.push(row.map((cell) => shorten(formatCell(cell))));
  return table
    .toString()
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n');
}

function isNumeric(value: unknown): boolean {
  return (
    value === null ||
    value === undefined ||
    typeof value === 'number' ||
    typeof value === 'bigint' ||
    (typeof value === 'string' && /^\d{1,3}(,\d{3})*$/.test(value))
  );
}

function shorten(text: string): string {
  const line = text.replace(/\s*\n\s*/g, ' ');
  return line.length > MAX_CELL ? `${line.slice(0, MAX_CELL - 1)}…` : line;
}
