import type { PipelineOverview } from '../../src/ui/api';
import { openAction } from '../actions';
import { formatCount, formatPercent, plural } from '../lib/format';
import { session } from '../lib/session';
import { formatDuration, formatInterval } from '../lib/time';

type Backfill = PipelineOverview['backfills'][number];

/** Backfills under way: how far each is, and what can be done with it. */
export function Backfills(props: { readonly backfills: readonly Backfill[]; readonly zone: string }) {
  if (props.backfills.length === 0) return null;
  return (
    <section class="running-backfills" aria-label="Running backfills">
      {props.backfills.map((backfill) => (
        <BackfillCard key={backfill.workflowId} backfill={backfill} zone={props.zone} />
      ))}
    </section>
  );
}

function BackfillCard({ backfill, zone }: { readonly backfill: Backfill; readonly zone: string }) {
  const { workflowId, range, progress } = backfill;
  const done = progress && progress.loaded + progress.failed + progress.cancelled + progress.elsewhere;
  return (
    <article class="card backfill">
      <div class="backfill-head">
        <h2>Backfill {range === undefined ? '' : formatInterval(range, zone)}</h2>
        <code class="dim name">{workflowId}</code>
      </div>
      {progress === undefined || done === undefined ? (
        <p class="dim">No worker answers: how far it is can’t be told.</p>
      ) : (
        <>
          <div class="backfill-bar">
            <progress
              max={Math.max(1, progress.total)}
              value={done}
              aria-label={`Progress of ${workflowId}`}
            />
            <span class="num">{formatPercent(done, progress.total)}</span>
          </div>
          <p>{progressText(progress, done)}</p>
        </>
      )}
      <Buttons backfill={backfill} />
    </article>
  );
}

function progressText(progress: NonNullable<Backfill['progress']>, done: number): string {
  const { phase, reason, total, failed, cancelled, rows, parallel, etaMs } = progress;
  return [
    phase === 'running' ? undefined : reason === undefined ? phase : `${phase}: ${reason}`,
    `${formatCount(done)} of ${plural(total, 'interval')}`,
    failed > 0 ? `${formatCount(failed)} failed` : undefined,
    cancelled > 0 ? `${formatCount(cancelled)} cancelled` : undefined,
    plural(rows, 'row'),
    `${parallel} at a time`,
    etaMs === null || phase !== 'running' ? undefined : `${formatDuration(etaMs)} left`,
  ]
    .filter((part) => part !== undefined)
    .join(', ');
}

function Buttons({ backfill: { workflowId, progress } }: { readonly backfill: Backfill }) {
  const command = session.value?.readOnly ? 'Command to ' : '';
  const text = (verb: string): string => (command === '' ? `${verb}…` : `${command}${verb.toLowerCase()}…`);
  const paused = progress?.phase === 'paused';
  return (
    <div class="row">
      <button
        type="button"
        onClick={() => openAction({ kind: paused ? 'resume' : 'pause', what: workflowId })}
      >
        {text(paused ? 'Resume' : 'Pause')}
      </button>
      <button
        type="button"
        onClick={() => openAction({ kind: 'resize', workflowId, parallel: progress?.parallel })}
      >
        {text('Resize')}
      </button>
      <button type="button" onClick={() => openAction({ kind: 'cancel', workflowId })}>
        {text('Cancel')}
      </button>
    </div>
  );
}
