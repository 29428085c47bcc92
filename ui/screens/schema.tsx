import { useState } from 'preact/hooks';
import type { SourceHistory } from '../../src/operate';
import type { HistoryView } from '../../src/ui/api';
import { useData } from '../lib/use-data';
import { EarlierNote } from '../parts/earlier-note';
import { ErrorNote } from '../parts/error-note';
import { IntervalPlots } from '../schema/interval-plots';
import '../schema/schema.css';
import { States } from '../schema/states';
import { Tables } from '../schema/tables';
import { Versions } from '../schema/versions';

/** Tables, columns, versions, cursors, and what intervals brought. */
export function SchemaScreen({ pipeline }: { readonly pipeline: string }) {
  const path = `/api/pipelines/${encodeURIComponent(pipeline)}/history`;
  const { data, earlier, error, reload } = useData<HistoryView>(path, `pipeline:${pipeline}`);
  const [search, setSearch] = useState('');
  return (
    <div class="stack">
      <h1>Schema and state</h1>
      <ErrorNote error={error} onRetry={reload} />
      {data === undefined ? (
        error === undefined && <p role="status">Loading…</p>
      ) : (
        <>
          {error === undefined ? <EarlierNote earlier={earlier} zone={data.zone} onRetry={reload} /> : null}
          <section class="card stack" aria-label="What the newest intervals brought">
            <IntervalPlots history={data} />
          </section>
          <div class="field">
            <label for="schema-search">Find a table or column</label>
            <div>
              <input
                id="schema-search"
                type="search"
                value={search}
                onInput={(event) => setSearch(event.currentTarget.value)}
              />
            </div>
          </div>
          {data.sources.map((source) => (
            <Source key={source.source} source={source} zone={data.zone} search={search} />
          ))}
        </>
      )}
    </div>
  );
}

interface SourceProps {
  readonly source: SourceHistory;
  readonly zone: string;
  readonly search: string;
}

function Source({ source, zone, search }: SourceProps) {
  return (
    <section class="card source" aria-label={`Source ${source.source}`}>
      <h2 class="name">Source {source.source}</h2>
      <h3>Tables</h3>
      <Tables source={source} zone={zone} search={search} />
      <h3>Cursors and state</h3>
      <States source={source} />
      <h3>Versions</h3>
      <Versions source={source} zone={zone} />
    </section>
  );
}
