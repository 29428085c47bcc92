import { useEffect } from 'preact/hooks';
import type { GridView, Overview, PipelineOverview } from '../../src/ui/api';
import { acted, openAction } from '../actions';
import { IntervalExplorer } from '../grid';
import { Backfills } from '../grid/backfills';
import { formatCount } from '../lib/format';
import { navigate, pathTo } from '../lib/router';
import { session } from '../lib/session';
import { ago, formatTime } from '../lib/time';
import { type Data, useData } from '../lib/use-data';
import { EarlierNote } from '../parts/earlier-note';
import { ErrorNote } from '../parts/error-note';
import '../grid/pipeline.css';

/** Intervals of a pipeline × its resources, and what can be done with them. */
export function PipelineScreen({ pipeline }: { readonly pipeline: string }) {
  const grid = useData<GridView>(gridPath(pipeline), `pipeline:${pipeline}`);
  const overview = useData<Overview>('/api/overview', 'overview');
  useReloadAfterActions(grid, overview);
  const about = overview.data?.pipelines.find((one) => one.pipeline === pipeline);
  const view = grid.data?.pipeline === pipeline ? grid.data : undefined;
  const readOnly = session.value?.readOnly ?? false;

  const onOpen = (start: string) => navigate(pathTo({ screen: 'interval', pipeline, start }));
  const onBackfill = (range: { readonly start: number; readonly end: number }) =>
    openAction({ kind: 'backfill', pipeline, range: { ...range, zone: view?.zone ?? 'UTC' } });
  return (
    <div class="stack">
      <PipelineHead pipeline={pipeline} about={about} now={overview.data?.now} />
      <ErrorNote error={overview.error} title="How it stands can’t be told:" onRetry={overview.reload} />
      <ErrorNote error={overview.data?.temporalError} title="Temporal can’t be asked:" />
      {grid.error === undefined && grid.earlier === undefined ? (
        <ErrorNote error={about?.unread} title="The ledger can’t be read:" />
      ) : null}
      <Backfills backfills={about?.backfills ?? []} zone={view?.zone ?? 'UTC'} />
      <ErrorNote error={grid.error} title="The intervals can’t be read:" onRetry={grid.reload} />
      {grid.error === undefined && view !== undefined ? (
        <EarlierNote earlier={grid.earlier} zone={view.zone} onRetry={grid.reload} />
      ) : null}
      {view === undefined ? (
        grid.error === undefined && <p role="status">Reading the intervals…</p>
      ) : view.starts.length === 0 ? (
        <p class="card">No interval is complete yet. The first one comes with the end of its time.</p>
      ) : (
        <IntervalExplorer
          view={view}
          backfillText={readOnly ? 'Command to backfill…' : 'Backfill…'}
          onOpen={onOpen}
          onBackfill={onBackfill}
        />
      )}
      {view?.more ? (
        <p class="dim">
          These are the newest {formatCount(view.starts.length)} intervals; there are earlier ones.
        </p>
      ) : null}
    </div>
  );
}

const gridPath = (pipeline: string): string =>
  `/api/pipelines/${encodeURIComponent(pipeline)}/grid?limit=10000`;

/** What an action changes is told by the server, too, but where nobody is connected to it. */
function useReloadAfterActions(...reads: readonly Pick<Data<unknown>, 'reload'>[]): void {
  const count = acted.value;
  useEffect(() => {
    if (count === 0) return;
    for (const { reload } of reads) reload();
  }, [count]);
}

interface HeadProps {
  readonly pipeline: string;
  readonly about: PipelineOverview | undefined;
  readonly now: string | undefined;
}

function PipelineHead({ pipeline, about, now }: HeadProps) {
  const schedule = about?.schedule;
  return (
    <header class="pipeline-head">
      <div>
        <h1 class="name">{pipeline}</h1>
        {about === undefined || now === undefined ? null : <ScheduleLine about={about} now={now} />}
        {schedule?.paused ? (
          <p class="paused-line">
            <strong>Paused</strong>
            {schedule.note ? `: ${schedule.note}` : null}
          </p>
        ) : null}
      </div>
      <HeadButtons pipeline={pipeline} schedule={schedule} />
    </header>
  );
}

function ScheduleLine({ about, now }: { readonly about: PipelineOverview; readonly now: string }) {
  const { schedule, freshness } = about;
  if (schedule === undefined) return <p class="dim">It has no schedule: it runs when it is told to.</p>;
  const { words, text, zone, deployed, paused, nextTick } = schedule;
  return (
    <p class="dim">
      {words} (<code>{text}</code>), in {zone}
      {deployed ? null : ', not deployed'}
      {nextTick === undefined || paused ? null : (
        <>
          , next run {ago(nextTick, now)} at {formatTime(nextTick, zone)}
        </>
      )}
      {freshness === undefined || freshness.intervalsBehind === 0 ? null : (
        <>
          , <strong class="behind">{formatCount(freshness.intervalsBehind)} behind</strong>
        </>
      )}
    </p>
  );
}

function HeadButtons({
  pipeline,
  schedule,
}: {
  readonly pipeline: string;
  readonly schedule: PipelineOverview['schedule'];
}) {
  const readOnly = session.value?.readOnly ?? false;
  const name = (verb: string): string => (readOnly ? `Command to ${verb.toLowerCase()}…` : `${verb}…`);
  return (
    <div class="row">
      {schedule === undefined ? null : (
        <button type="button" onClick={() => openAction({ kind: 'backfill', pipeline })}>
          {name('Backfill')}
        </button>
      )}
      <button type="button" onClick={() => openAction({ kind: 'run', pipeline })}>
        {readOnly ? name('Run') : 'Run now…'}
      </button>
      {schedule?.deployed ? (
        <button
          type="button"
          onClick={() => openAction({ kind: schedule.paused ? 'resume' : 'pause', what: pipeline })}
        >
          {name(schedule.paused ? 'Resume' : 'Pause')}
        </button>
      ) : null}
    </div>
  );
}
