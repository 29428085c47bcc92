import type { SourceHistory } from '../../src/operate';
import { plural } from '../lib/format';
import { formatTime } from '../lib/time';
import { Table } from '../parts/table';
import { type Came, cameByVersion } from './came';

/** Names beyond are counted. */
const NAMES = 12;

/** A source's schema versions, the newest first, with what came with each. */
export function Versions({ source, zone }: { readonly source: SourceHistory; readonly zone: string }) {
  return (
    <Table
      caption={`Versions of the schema ${source.source}`}
      rows={cameByVersion(source)}
      keyOf={({ version }) => version.version}
      empty="No version is stored yet."
      columns={[
        { key: 'version', title: 'Version', heads: true, cell: ({ version }) => version.version },
        {
          key: 'at',
          title: 'Stored',
          cell: ({ version }) => <span class="nowrap">{formatTime(version.at, zone)}</span>,
        },
        { key: 'came', title: 'What came with it', cell: (came) => <CameCell came={came} /> },
      ]}
    />
  );
}

function CameCell({ came: { tables, columns } }: { readonly came: Came }) {
  if (tables.length + columns.length === 0)
    return <span class="dim">no table or column that is still there</span>;
  return (
    <>
      {tables.length === 0 ? null : <Names what="table" names={tables} />}
      {columns.length === 0 ? null : <Names what="column" names={columns} />}
    </>
  );
}

function Names({ what, names }: { readonly what: string; readonly names: readonly string[] }) {
  const rest = names.length - NAMES;
  return (
    <p>
      {plural(names.length, what)}: <code class="name">{names.slice(0, NAMES).join(', ')}</code>
      {rest > 0 ? <span class="dim"> and {rest} more</span> : null}
    </p>
  );
}
