import type { SourceHistory } from '../../src/operate';
import { Table } from '../parts/table';

type States = SourceHistory['states'];
type Cursor = { readonly pipeline: string; readonly resource: string } & States[number]['cursors'][number];

/** Cursors of each resource, and what else a source keeps. */
export function States({ source }: { readonly source: SourceHistory }) {
  const { states } = source;
  const cursors: Cursor[] = states.flatMap(({ pipeline, resource, cursors: own }) =>
    own.map((cursor) => ({ pipeline, resource, ...cursor })),
  );
  const several = new Set(states.map(({ pipeline }) => pipeline)).size > 1;
  const others = states.filter(({ other }) => other !== undefined);
  if (states.length === 0) return <p class="dim">No state is kept.</p>;
  return (
    <div class="stack">
      {cursors.length === 0 ? null : <Cursors source={source.source} cursors={cursors} several={several} />}
      {others.map(({ pipeline, resource, other }) => (
        <details key={`${pipeline} ${resource}`}>
          <summary>
            Other state of {resource === '' ? 'the source itself' : <strong class="name">{resource}</strong>}
            {several ? <span class="dim"> in pipeline {pipeline}</span> : null}
          </summary>
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so the keyboard must reach it */}
          <section class="json" tabIndex={0} aria-label={`Other state of ${resource || 'the source itself'}`}>
            <pre>{pretty(other ?? '')}</pre>
          </section>
        </details>
      ))}
    </div>
  );
}

interface CursorsProps {
  readonly source: string;
  readonly cursors: readonly Cursor[];
  /** Whether more than one pipeline keeps state of the source. */
  readonly several: boolean;
}

function Cursors({ source, cursors, several }: CursorsProps) {
  const pipeline = {
    key: 'pipeline',
    title: 'Pipeline',
    cell: (row: Cursor) => <span class="name">{row.pipeline}</span>,
  };
  return (
    <Table
      caption={`Cursors of ${source}`}
      rows={cursors}
      keyOf={(row) => `${row.pipeline} ${row.resource} ${row.cursor}`}
      columns={[
        {
          key: 'resource',
          title: 'Resource',
          heads: true,
          cell: (row) => <span class="name">{row.resource}</span>,
        },
        ...(several ? [pipeline] : []),
        { key: 'cursor', title: 'Cursor', cell: (row) => <code class="name">{row.cursor}</code> },
        { key: 'last', title: 'Last value', cell: (row) => <code class="name">{row.lastValue}</code> },
        {
          key: 'initial',
          title: 'Began with',
          cell: (row) => <code class="name dim">{row.initialValue}</code>,
        },
      ]}
    />
  );
}

/** JSON with its lines indented; digits are kept as they are written where it has large numbers. */
function pretty(json: string): string {
  if (/\d{16}/.test(json)) return json;
  try {
    return JSON.stringify(JSON.parse(json), null, 2);
  } catch {
    return json;
  }
}
