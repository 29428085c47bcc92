import type { BackfillProgress } from '../../contracts';
import { formatDuration, plural } from './format';
import { formatPerMinute, mark, type Progress, progressBar } from './progress';
import type { Terminal } from './terminal';
import { timesIn } from './times';

/** How a backfill is shown. */
interface ViewOptions {
  /** Of its times. @default UTC */
  readonly zone?: string | undefined;
  /** @default the clock */
  readonly now?: (() => number) | undefined;
}

/** Intervals that a backfill is through with, whatever became of them. */
export function finished(state: BackfillProgress): number {
  return state.loaded + state.failed + state.cancelled + state.elsewhere;
}

/**
 * Shows the answers of a backfill's progress query: a line for each step of its counters and each failure, and, where a
 * person watches, one line with a bar.
 */
export function backfillProgressView(
  terminal: Terminal,
  progress: Progress,
  options: ViewOptions = {},
): (state: BackfillProgress) => void {
  const { zone, now = Date.now } = options;
  const times = timesIn(zone);
  let shown = '';
  let paused = false;
  const failures = new Set<string>();
  return (state) => {
    const done = finished(state);
    const step = `${done}/${state.total}`;
    for (const failure of state.failures) {
      const key = `${failure.workflowId} ${failure.interval.start}`;
      if (failures.has(key)) continue;
      failures.add(key);
      progress.line(
        `  ${mark(terminal, 'failed')} ${times.interval(failure.interval)}  ${indented(failure.message)}`,
      );
    }
    if (state.phase === 'paused' && !paused)
      progress.line(`  paused${state.reason ? `: ${state.reason}` : ''}`);
    paused = state.phase === 'paused';
    if (!terminal.interactive && state.total > 0 && step !== shown)
      progress.line(`  ${step} intervals  ${plural(state.rows, 'row')}${rate(state)}${eta(state)}`);
    shown = step;
    progress.update(backfillBar(state, { zone, now }));
  };
}

/** `  ████░░░░  12/26  46 %  3,456 rows  4.2 intervals/min  about 3 min left  [2023-05-01, 2023-05-02)` */
export function backfillBar(state: BackfillProgress, { zone, now = Date.now }: ViewOptions = {}): string {
  const { phase, total, rows, startedAt, perMinute, running } = state;
  if (phase === 'planning' || total === 0) return '  planning the intervals';
  const bar = progressBar({
    done: finished(state),
    total,
    rows,
    elapsedMs: now() - Date.parse(startedAt),
    perMinute,
  });
  return `  ${bar}${running[0] ? `  ${timesIn(zone).interval(running[0])}` : ''}`;
}

/** A message of several lines below its first one. */
function indented(message: string): string {
  return message.trimEnd().replaceAll('\n', '\n      ');
}

function rate({ perMinute }: BackfillProgress): string {
  return perMinute === null ? '' : `  ${formatPerMinute(perMinute)}`;
}

function eta(state: BackfillProgress): string {
  return state.etaMs === null || finished(state) >= state.total
    ? ''
    : `  about ${formatDuration(state.etaMs)} left`;
}
