import { useEffect } from 'preact/hooks';
import type { IntervalView } from '../../src/ui/api';
import { acted, openAction } from '../actions';
import { IntervalCells } from '../grid/interval/cells';
import { LedgerTable } from '../grid/interval/ledger-table';
import { Load } from '../grid/interval/load';
import { Neighbours } from '../grid/interval/neighbours';
import { RunPart } from '../grid/interval/run-part';
import { session } from '../lib/session';
import { formatInterval } from '../lib/time';
import { useData } from '../lib/use-data';
import { CopyCommand } from '../parts/copy-command';
import { EarlierNote } from '../parts/earlier-note';
import { ErrorNote } from '../parts/error-note';
import '../grid/pipeline.css';

interface IntervalScreenProps {
  readonly pipeline: string;
  /** The instant at which it starts. */
  readonly start: string;
}

/** What is known of one interval. */
export function IntervalScreen({ pipeline, start }: IntervalScreenProps) {
  const path = `/api/pipelines/${encodeURIComponent(pipeline)}/interval?at=${encodeURIComponent(start)}`;
  const { data, of, earlier, error, reload } = useData<IntervalView>(path, `pipeline:${pipeline}`);
  const count = acted.value;
  useEffect(() => {
    if (count > 0) reload();
  }, [count]);
  // the data of before stays until the next is there
  const view = of === path ? data : undefined;
  return (
    <div class="stack">
      <ErrorNote error={error} title="The interval can’t be read:" onRetry={reload} />
      {view === undefined ? (
        error === undefined && <p role="status">Reading the interval…</p>
      ) : (
        <>
          {error === undefined ? <EarlierNote earlier={earlier} zone={view.zone} onRetry={reload} /> : null}
          <IntervalParts view={view} />
        </>
      )}
    </div>
  );
}

function IntervalParts({ view }: { readonly view: IntervalView }) {
  const { pipeline, zone, interval, loads, ledger, run, again, command } = view;
  const readOnly = session.value?.readOnly ?? false;
  return (
    <>
      <header class="pipeline-head">
        <div>
          <h1>{formatInterval(interval, zone)}</h1>
          <p class="dim">
            {pipeline}, in {zone}
          </p>
        </div>
        <Neighbours view={view} />
      </header>
      <section class="card stack" aria-labelledby="interval-cells">
        <h2 id="interval-cells">State</h2>
        <IntervalCells cells={view.cells} />
        <CopyCommand command={command} label="Loads it again" />
        <div class="row">
          <button type="button" onClick={() => openAction({ kind: 'run', pipeline, request: again })}>
            {readOnly ? 'Command to load it again…' : 'Load it again…'}
          </button>
        </div>
      </section>
      {run === undefined ? null : <RunPart run={run} zone={zone} />}
      {loads.length === 0 ? (
        <p class="dim">Nothing has been loaded for it.</p>
      ) : (
        loads.map((load) => <Load key={load.loadId} pipeline={pipeline} load={load} zone={zone} />)
      )}
      <LedgerTable rows={ledger} zone={zone} />
    </>
  );
}
