import { formatCell } from './format';
import { styleFor } from './style';
import type { Terminal } from './terminal';
import { cutTo, textWidth } from './text-width';

const GAP = '  ';
const MAX_CELL = 60;
/** On a narrow terminal a column of text is made no narrower than this. */
const LEAST_CELL = 8;

/**
 * A table as text, with only spaces between the columns: reads well, and pipes into anything. Numbers stand to the right; a
 * cell is one line and at most 60 columns wide. On a terminal that is narrower, the widest columns of text are cut.
 */
export function renderTable(
  terminal: Pick<Terminal, 'colour' | 'width'>,
  columns: readonly string[],
  rows: readonly (readonly unknown[])[],
): string {
  const { bold } = styleFor(terminal.colour);
  const right = columns.map((_, at) => rows.length > 0 && rows.every((row) => isNumeric(row[at])));
  const lines = [columns, ...rows.map((row) => columns.map((_, at) => oneLine(formatCell(row[at]))))];
  const widths = fitted(
    columns.map((_, at) => lines.reduce((most, line) => Math.max(most, textWidth(line[at]!)), 0)),
    right,
    terminal.width,
  );
  return lines
    .map((line, index) =>
      line
        .map((cell, at) => {
          const shown = cutTo(cell, widths[at]!);
          const space = ' '.repeat(widths[at]! - textWidth(shown));
          const styled = index === 0 ? bold(shown) : shown;
          return right[at] ? `${space}${styled}` : `${styled}${space}`;
        })
        .join(GAP)
        .trimEnd(),
    )
    .join('\n');
}

/** The widths, the widest columns of text cut until all have room, or are as narrow as they may be. */
function fitted(widths: readonly number[], right: readonly boolean[], room: number | undefined): number[] {
  const fit = [...widths];
  if (room === undefined) return fit;
  const gaps = GAP.length * (fit.length - 1);
  for (let over = fit.reduce((sum, one) => sum + one, gaps) - room; over > 0; over -= 1) {
    const widest = fit.reduce(
      (best, width, at) => (!right[at] && width > LEAST_CELL && width > (fit[best] ?? 0) ? at : best),
      -1,
    );
    if (widest < 0) break;
    fit[widest]! -= 1;
  }
  return fit;
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

const oneLine = (text: string): string => cutTo(text.replace(/\s*\n\s*/g, ' '), MAX_CELL);
