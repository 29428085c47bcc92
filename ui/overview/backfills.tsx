import type { BackfillOverview } from '../../src/operate';
import { formatCount, formatPercent, plural } from '../lib/format';
import { ago, formatInterval, roughly } from '../lib/time';
import { BackfillActions } from './actions';

interface BackfillsProps {
  readonly backfills: readonly BackfillOverview[];
  readonly zone: string;
  readonly nowMs: number;
}

/** Backfills under way, each with its bar. */
export function Backfills({ backfills, zone, nowMs }: BackfillsProps) {
  if (backfills.length === 0) return null;
  return (
    <ul class="backfills" aria-label="Backfills under way">
      {backfills.map((backfill) => (
        <li key={backfill.workflowId}>
          <Backfill backfill={backfill} zone={zone} nowMs={nowMs} />
        </li>
      ))}
    </ul>
  );
}

interface BackfillProps {
  readonly backfill: BackfillOverview;
  readonly zone: string;
  readonly nowMs: number;
}

function Backfill({ backfill, zone, nowMs }: BackfillProps) {
  const { progress, workflowId } = backfill;
  return (
    <>
      <div class="row">
        <strong>Backfill</strong>
        <span>{formatInterval(backfill.range, zone)}</span>
        <span class="dim">started {ago(backfill.startedAt, nowMs)}</span>
        <BackfillActions workflowId={workflowId} phase={progress?.phase} parallel={progress?.parallel} />
      </div>
      {progress === undefined ? (
        <p class="dim">No worker answers: how far it is isn’t known.</p>
      ) : (
        <Bar progress={progress} />
      )}
    </>
  );
}

type Progress = NonNullable<BackfillOverview['progress']>;

function Bar({ progress }: { readonly progress: Progress }) {
  const done = progress.loaded + progress.failed + progress.cancelled + progress.elsewhere;
  const words = wordsOf(progress, done);
  return (
    <>
      <div
        class={progress.phase === 'paused' ? 'progress paused' : 'progress'}
        role="progressbar"
        aria-label="Backfill"
        aria-valuemin={0}
        aria-valuemax={Math.max(1, progress.total)}
        aria-valuenow={Math.min(done, Math.max(1, progress.total))}
        aria-valuetext={words}
      >
        <span style={{ width: progress.total === 0 ? '0%' : formatPercent(done, progress.total) }} />
      </div>
      <p class="dim">{words}</p>
    </>
  );
}

function wordsOf(progress: Progress, done: number): string {
  const { phase, reason, total, failed, cancelled, elsewhere, rows, parallel, perMinute, etaMs } = progress;
  const parts = [
    phase === 'paused' && reason !== undefined ? `paused: ${reason}` : phase,
    phase === 'planning' && total === 0
      ? undefined
      : `${formatCount(done)} of ${plural(total, 'interval')} (${formatPercent(done, total)})`,
    failed > 0 ? `${formatCount(failed)} failed` : undefined,
    cancelled > 0 ? `${formatCount(cancelled)} cancelled` : undefined,
    elsewhere > 0 ? `${formatCount(elsewhere)} loaded by other runs` : undefined,
    plural(rows, 'row'),
    `${formatCount(parallel)} at a time`,
    perMinute === null ? undefined : `${perMinute.toFixed(perMinute < 10 ? 1 : 0)} a minute`,
    etaMs === null || phase === 'paused' ? undefined : `about ${roughly(etaMs)} left`,
  ];
  return parts.filter((part) => part !== undefined).join(' · ');
}
