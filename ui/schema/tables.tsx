import { useState } from 'preact/hooks';
import type { SchemaVersion, SourceHistory } from '../../src/operate';
import { plural } from '../lib/format';
import { formatTime } from '../lib/time';
import { Table } from '../parts/table';
import { tablesWith } from './came';

/** So many columns in all are shown at once; beyond, tables are folded. */
const SHOWN_COLUMNS = 60;

interface TablesProps {
  readonly source: SourceHistory;
  readonly zone: string;
  readonly search: string;
}

/** A source's tables, each with its columns. */
export function Tables({ source, zone, search }: TablesProps) {
  const tables = tablesWith(source, search);
  const columns = tables.reduce((sum, table) => sum + table.columns.length, 0);
  const open = columns <= SHOWN_COLUMNS;
  if (source.tables.length === 0) return <p class="dim">No table yet: nothing was loaded.</p>;
  if (tables.length === 0) return <p class="dim">No table or column has “{search.trim()}” in its name.</p>;
  return (
    <div class="schema-tables">
      {tables.map((table) => (
        <TableDetails key={`${table.table} ${open}`} table={table} zone={zone} open={open} />
      ))}
    </div>
  );
}

type TableHistory = SourceHistory['tables'][number];

interface TableDetailsProps {
  readonly table: TableHistory;
  readonly zone: string;
  readonly open: boolean;
}

/** Its columns are made when it is opened first: schemas of thousands of columns stay quick. */
function TableDetails({ table, zone, open: atFirst }: TableDetailsProps) {
  const [open, setOpen] = useState(atFirst);
  const { parent, resource, writeDisposition, since } = table;
  const about = [
    plural(table.columns.length, 'column'),
    parent === undefined ? undefined : `child of ${parent}`,
    resource === undefined || resource === table.table ? undefined : `of resource ${resource}`,
    writeDisposition,
    since === undefined ? undefined : `since ${sinceWords(since, zone)}`,
  ];
  return (
    <details
      open={open}
      class={parent === undefined ? undefined : 'child'}
      onToggle={(event) => setOpen(event.currentTarget.open)}
    >
      <summary>
        <strong class="name mono">{table.table}</strong>{' '}
        <span class="dim">{about.filter((part) => part !== undefined).join(' · ')}</span>
      </summary>
      {open ? <Columns table={table} zone={zone} /> : null}
    </details>
  );
}

function Columns({ table, zone }: { readonly table: TableHistory; readonly zone: string }) {
  const isLater = (since: SchemaVersion | undefined) =>
    since !== undefined && table.since !== undefined && since.version > table.since.version;
  return (
    <Table
      caption={`Columns of ${table.table}`}
      rows={table.columns}
      keyOf={({ column }) => column}
      columns={[
        {
          key: 'name',
          title: 'Column',
          heads: true,
          cell: ({ column }) => <span class="name mono">{column}</span>,
        },
        { key: 'type', title: 'Type', cell: ({ type }) => <code>{type}</code> },
        { key: 'null', title: 'Null', cell: ({ nullable }) => (nullable ? 'may be null' : 'never') },
        { key: 'hints', title: 'Hints', cell: ({ hints }) => hints.join(', ') },
        {
          key: 'since',
          title: 'Came with',
          cell: ({ since }) => (
            <span class={isLater(since) ? 'nowrap' : 'dim nowrap'}>
              {since === undefined ? '–' : sinceWords(since, zone)}
              {isLater(since) ? <strong> later</strong> : null}
            </span>
          ),
        },
      ]}
    />
  );
}

/** `version 3, 2026-01-05 06:00` */
export function sinceWords({ version, at }: SchemaVersion, zone: string): string {
  return `version ${version}, ${formatTime(at, zone)}`;
}
