import { useState } from 'preact/hooks';
import type { IntervalView } from '../../../src/ui/api';
import { formatCount, listed } from '../../lib/format';
import { formatTime } from '../../lib/time';
import { LoadedRows } from './loaded-rows';
import { StateDiff } from './state-diff';

type LoadOf = IntervalView['loads'][number];

interface LoadProps {
  readonly pipeline: string;
  readonly load: LoadOf;
  readonly zone: string;
}

/** One load: its rows in each table, what it changed in the schema, and the state before and after it. */
export function Load({ pipeline, load, zone }: LoadProps) {
  const { loadId, resources, committedAt, tables, schemaChanges, state } = load;
  const [shown, setShown] = useState<string | undefined>(undefined);
  return (
    <section class="card stack" aria-label={`Load ${loadId}`}>
      <div class="load-head">
        <h2>Load of {listed(resources)}</h2>
        <p class="dim">
          <code>{loadId}</code>, {formatTime(committedAt, zone)}
        </p>
      </div>
      {tables.length === 0 ? <p class="dim">It has no rows in any table now.</p> : null}
      <ul class="load-tables">
        {tables.map(({ table, rows }) => (
          <li key={table}>
            <span class="name">{table}</span>
            <span class="num">{formatCount(rows)}</span>
            <button
              type="button"
              aria-expanded={shown === table}
              aria-label={`Rows in ${table}`}
              onClick={() => setShown(shown === table ? undefined : table)}
            >
              Rows
            </button>
          </li>
        ))}
      </ul>
      {shown === undefined ? null : (
        <LoadedRows pipeline={pipeline} loadId={loadId} table={shown} zone={zone} />
      )}
      <SchemaChanges changes={schemaChanges} />
      {state === undefined ? null : <StateDiff before={state.before} after={state.after} />}
    </section>
  );
}

function SchemaChanges({ changes }: { readonly changes: LoadOf['schemaChanges'] }) {
  if (changes.length === 0) return null;
  return (
    <div>
      <h3>Came with it</h3>
      <ul class="plain-list">
        {changes.map(({ kind, table, column, type }) => (
          <li key={`${kind} ${table} ${column}`}>
            {KIND_WORDS[kind]}{' '}
            <code class="name">
              {table}
              {column === undefined ? '' : `.${column}`}
            </code>
            {type === undefined ? null : <span class="dim"> {type}</span>}
          </li>
        ))}
      </ul>
    </div>
  );
}

const KIND_WORDS: Readonly<Record<LoadOf['schemaChanges'][number]['kind'], string>> = {
  table: 'Table',
  column: 'Column',
  type: 'New type of',
};
