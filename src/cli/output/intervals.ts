import type { LedgerRow } from '../../ledger';
import { type Rerun, type ResourceIntervals, rerunCommand } from '../../operate';
import { formatCount, plural } from './format';
import { mark } from './progress';
import { styleFor } from './style';
import { renderTable } from './table';
import type { Terminal } from './terminal';
import { timesIn } from './times';

/** What the ledger says of one resource: its rows, then what is missing and how to load it. */
export function printIntervals(
  terminal: Terminal,
  rerun: Pick<Rerun, 'pipeline' | 'zone'>,
  { resource, rows, gaps }: ResourceIntervals,
): void {
  const style = styleFor(terminal.colour);
  const times = timesIn(rerun.zone);
  const loaded = rows.filter(({ status }) => status === 'loaded');
  const total = loaded.reduce((sum, row) => sum + row.rows, 0);
  terminal.out(`${style.bold(resource)}  ${plural(loaded.length, 'load')}, ${plural(total, 'row')}`);
  if (rows.length > 0)
    terminal.out(
      renderTable(
        terminal,
        ['interval', 'status', 'rows', 'load id', 'when', 'cause'],
        rows.map((row) => [
          times.interval(intervalOf(row)),
          row.status,
          formatCount(row.rows),
          row.load_id ?? '',
          times.instant(row.committed_at.replace(/\.\d+/, '')),
          row.error ?? '',
        ]),
      ),
    );
  for (const gap of gaps)
    terminal.out(
      `${mark(terminal, gap.cause === 'failed' ? 'failed' : 'skipped')} ${times.interval(gap)} is missing: ${gap.cause}   ${style.dim(
        rerunCommand({ ...rerun, interval: gap, resources: [resource] }),
      )}`,
    );
  terminal.out('');
}

function intervalOf(row: LedgerRow): { readonly start: string; readonly end: string } | undefined {
  const { interval_start: start, interval_end: end } = row;
  return start === null || end === null ? undefined : { start, end };
}
