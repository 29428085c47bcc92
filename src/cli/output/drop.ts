import type { ResourceDropReport } from '../../operate';
import { formatCount, formatInstant, formatInterval, plural } from './format';
import { renderTable } from './table';
import type { Terminal } from './terminal';

const FATES = {
  dropped: 'the table',
  emptied: 'all rows; the table stays, empty',
  'own rows deleted': 'its own rows; others write the table, too',
} as const;

/** What a drop takes: tables with their rows, then cursors and loads of each resource. */
export function renderDrop(terminal: Terminal, { tables, resources }: ResourceDropReport): string {
  const parts: string[] = [];
  if (tables.length > 0)
    parts.push(
      renderTable(
        terminal,
        ['table', 'rows', 'what goes'],
        tables.map(({ table, rows, fate }) => [table, formatCount(rows), FATES[fate]]),
      ),
    );
  parts.push(
    renderTable(
      terminal,
      ['resource', 'state', 'loads', 'of'],
      resources.map(({ resource, cursors, keepsMore, loads, covered }) => [
        resource,
        [
          ...cursors.map(({ cursor, lastValue }) => `${cursor} = ${shownValue(lastValue)}`),
          ...(keepsMore ? ['own values'] : []),
        ].join(', '),
        formatCount(loads),
        covered === undefined ? '' : formatInterval(covered),
      ]),
    ),
  );
  return parts.join('\n\n');
}

const shownValue = (value: unknown): string => formatInstant(String(value));

/** The line at the end of a drop. */
export function dropLine({ status, dataset, tables, resources }: ResourceDropReport): string {
  const names = resources.map(({ resource }) => resource).join(', ');
  const rows = tables.reduce((sum, table) => sum + table.rows, 0);
  const [what, next] =
    tables.length === 0
      ? [`the state of ${names} in the dataset "${dataset}"`, 'rows stay']
      : [
          `${names} of the dataset "${dataset}": ${plural(tables.length, 'table')}, ${plural(rows, 'row')}`,
          'their tables come again with the next run',
        ];
  return status === 'planned'
    ? `Would drop ${what}. Nothing was changed.`
    : `Dropped ${what}. What was loaded counts as missing now, and ${next}.`;
}
