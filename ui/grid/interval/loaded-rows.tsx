import type { RowsView } from '../../../src/ui/api';
import { useData } from '../../lib/use-data';
import { EarlierNote } from '../../parts/earlier-note';
import { ErrorNote } from '../../parts/error-note';
import { Table } from '../../parts/table';

interface LoadedRowsProps {
  readonly pipeline: string;
  readonly loadId: string;
  readonly table: string;
  readonly zone: string;
}

/** The first rows that a load has in a table. */
export function LoadedRows({ pipeline, loadId, table, zone }: LoadedRowsProps) {
  const query = new URLSearchParams({ loadId, table });
  const { data, earlier, error, reload } = useData<RowsView>(
    `/api/pipelines/${encodeURIComponent(pipeline)}/rows?${query}`,
  );
  if (error !== undefined) return <ErrorNote error={error} onRetry={reload} />;
  if (data === undefined || data.table !== table) return <p role="status">Reading rows…</p>;
  return (
    <div class="loaded-rows">
      <EarlierNote earlier={earlier} zone={zone} />
      <Table
        caption={`Rows of ${table}`}
        rows={data.rows}
        empty="It has none now: a later load took them."
        columns={data.columns.map(({ name, type }, index) => ({
          key: `${index}`,
          title: (
            <>
              {name} <span class="column-type">{type}</span>
            </>
          ),
          cell: (row: readonly (string | null)[]) => <Value text={row[index] ?? null} />,
        }))}
      />
      {data.more ? <p class="dim">The first {data.rows.length} rows; there are more.</p> : null}
    </div>
  );
}

function Value({ text }: { readonly text: string | null }) {
  if (text === null) return <span class="dim">null</span>;
  return <div class="value">{text}</div>;
}
