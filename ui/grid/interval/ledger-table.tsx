import type { LedgerRow } from '../../../src/ui/api';
import { formatCount } from '../../lib/format';
import { formatInterval, formatTime } from '../../lib/time';
import { Table } from '../../parts/table';

/** Every row of the ledger that touches the interval: what each run and attempt led to. */
export function LedgerTable({ rows, zone }: { readonly rows: readonly LedgerRow[]; readonly zone: string }) {
  const range = (start: string | null, end: string | null): string =>
    start === null || end === null ? '–' : formatInterval({ start, end }, zone);
  return (
    <section class="stack" aria-labelledby="interval-ledger">
      <h2 id="interval-ledger">Ledger</h2>
      <Table
        caption="Rows of the ledger"
        rows={rows}
        empty="The ledger has no row of it."
        columns={[
          {
            key: 'at',
            title: 'Committed',
            cell: (row) => <Nowrap text={formatTime(row.committed_at, zone)} />,
          },
          { key: 'resource', title: 'Resource', heads: true, cell: (row) => row.resource },
          { key: 'status', title: 'Status', cell: (row) => row.status },
          { key: 'rows', title: 'Rows', numeric: true, cell: (row) => formatCount(row.rows) },
          { key: 'attempt', title: 'Attempt', numeric: true, cell: (row) => row.attempt ?? '–' },
          { key: 'error', title: 'Error', cell: (row) => <LedgerError row={row} /> },
          {
            key: 'interval',
            title: 'Interval',
            cell: (row) => <Nowrap text={range(row.interval_start, row.interval_end)} />,
          },
          {
            key: 'covered',
            title: 'Covered',
            cell: (row) => <Nowrap text={range(row.cursor_start, row.cursor_end)} />,
          },
          { key: 'load', title: 'Load', cell: (row) => <code>{row.load_id ?? '–'}</code> },
          { key: 'generation', title: 'Generation', numeric: true, cell: (row) => row.generation },
          {
            key: 'workflow',
            title: 'Workflow',
            cell: (row) => <code class="nowrap">{row.workflow_id ?? '–'}</code>,
          },
        ]}
      />
    </section>
  );
}

const Nowrap = ({ text }: { readonly text: string }) => <span class="nowrap">{text}</span>;

function LedgerError({ row: { error_code: code, error } }: { readonly row: LedgerRow }) {
  if (code === null && error === null) return '–';
  return (
    <div class="ledger-error">
      {code === null ? null : <code>{code}</code>} {error}
    </div>
  );
}
