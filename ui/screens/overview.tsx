import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { Overview } from '../../src/ui/api';
import { acted } from '../actions';
import { now } from '../lib/now';
import { session } from '../lib/session';
import { useData } from '../lib/use-data';
import { PipelineCard } from '../overview/card';
import { FilterFields, filtered, NO_FILTER } from '../overview/filter';
import '../overview/overview.css';
import { summaryWords } from '../overview/words';
import { ErrorNote } from '../parts/error-note';

/** So many pipelines need no search. */
const FEW = 8;

/** How every pipeline stands. */
export function OverviewScreen() {
  const { data, error, reload } = useData<Overview>('/api/overview', 'overview');
  const [filter, setFilter] = useState(NO_FILTER);
  useActed(reload);
  // the server's clock counts, not this machine's
  const skew = useMemo(() => (data === undefined ? 0 : Date.parse(data.now) - Date.now()), [data]);
  const nowMs = Math.max(now.value + skew, data === undefined ? 0 : Date.parse(data.now));
  const shown = filtered(data?.pipelines ?? [], filter);

  return (
    <div class="stack">
      <div class="screen-head">
        <h1>Pipelines</h1>
        {data === undefined ? null : <p class="dim">{summaryWords(data.pipelines)}</p>}
      </div>
      <ErrorNote error={error} onRetry={reload} />
      {data === undefined && error === undefined ? <p role="status">Loading…</p> : null}
      {data === undefined ? null : <Warnings overview={data} />}
      {data !== undefined && data.pipelines.length > FEW ? (
        <FilterFields filter={filter} onFilter={setFilter} />
      ) : null}
      {data !== undefined && shown.length === 0 ? <p>No pipeline is left by what you look for.</p> : null}
      {shown.map((overview) => (
        <PipelineCard key={overview.pipeline} overview={overview} nowMs={nowMs} />
      ))}
    </div>
  );
}

/** Asks again once an action was done: its change is told as well, where the page is connected. */
function useActed(reload: () => void): void {
  const before = useRef(acted.value);
  const count = acted.value;
  useEffect(() => {
    if (before.current === count) return;
    before.current = count;
    reload();
  }, [count, reload]);
}

/** What keeps all pipelines from running. */
function Warnings({ overview }: { readonly overview: Overview }) {
  if (overview.temporalError !== undefined)
    return (
      <div class="note warn">
        <p>
          <strong>Temporal could not be asked.</strong> What runs, and when the next runs are, isn’t known.{' '}
          {overview.temporalError}
        </p>
      </div>
    );
  if (overview.hasWorker) return null;
  if (session.value?.temporal.address === undefined)
    return (
      <div class="note warn">
        <p>
          <strong>No Temporal server is known.</strong> So no schedule is deployed and nothing runs.{' '}
          <code>tidemark dev</code> starts one; a server that starts later is seen here.
        </p>
      </div>
    );
  return (
    <div class="note warn">
      <p>
        <strong>No worker is running.</strong> Runs wait until one is started: <code>tidemark worker</code>
      </p>
    </div>
  );
}
