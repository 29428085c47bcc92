import type { LoadIntervalResult, ResourceOutcome } from '../../contracts';
import { fatesText } from '../../pipeline';
import { formatCount } from './format';
import { renderTable } from './table';
import type { Terminal } from './terminal';
import { timesIn } from './times';

/** What a run loaded, as a table: a line for each resource and, indented below it, its child tables. */
function renderOutcomes(terminal: Terminal, outcomes: readonly ResourceOutcome[]): string {
  const notes = outcomes.some(({ fates }) => fates !== undefined) ? ['notes'] : [];
  return renderTable(
    terminal,
    ['resource', 'status', 'rows', 'tables', 'load id', ...notes],
    outcomes.map((outcome) => [
      outcome.resource,
      outcome.status,
      formatCount(outcome.rows),
      Object.entries(outcome.tables)
        .map(([table, rows]) => `${table} ${formatCount(rows)}`)
        .join(', '),
      outcome.loadId ?? '',
      ...notes.map(() => fatesText(outcome.fates)),
    ]),
  );
}

/** The result of a run for a person: which interval, what became of each resource, what was left out. */
export function renderRunResult(terminal: Terminal, result: LoadIntervalResult, zone?: string): string {
  const lines = [`${result.pipeline} ${timesIn(zone).interval(result.interval)}`];
  if (result.outcomes.length > 0) lines.push(renderOutcomes(terminal, result.outcomes));
  if (result.leftOut.length > 0) lines.push(`left out: ${result.leftOut.join(', ')}`);
  if (result.note) lines.push(result.note);
  return lines.join('\n');
}
