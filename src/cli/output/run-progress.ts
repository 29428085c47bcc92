import type { RunProgress, TaskPhase } from '../../contracts';
import type { LoadProgress } from '../../pipeline';
import type { TaskWatch } from '../../plan';
import { formatDuration, plural } from './format';
import { mark, type Progress } from './progress';
import { formatRate, rateMeter } from './rate';
import type { Terminal } from './terminal';
import { timesIn, zoneNote } from './times';

/**
 * Shows the answers of a run's progress query: a line when the interval is known, a line when a task ends, and one line
 * that is written over for what is under way.
 */
export function runProgressView(
  terminal: Terminal,
  progress: Progress,
  options: { readonly zone?: string | undefined; readonly now?: (() => number) | undefined } = {},
): (state: RunProgress) => void {
  const { zone, now = Date.now } = options;
  const times = timesIn(zone);
  const meter = rateMeter(now);
  const begun = now();
  let planned = false;
  const ended = new Set<string>();
  return (state) => {
    if (!planned && state.phase !== 'planning') {
      planned = true;
      progress.line(
        `interval ${times.interval(state.interval)}${zoneNote(times)}${state.note ? `: ${state.note}` : ''}`,
      );
    }
    for (const task of state.tasks) {
      const kind = ENDED[task.phase];
      if (kind === undefined || ended.has(task.name)) continue;
      ended.add(task.name);
      const what = task.error ? task.error.message : plural(task.rows, 'row');
      progress.line(`  ${mark(terminal, kind)} ${task.name}  ${what}`);
    }
    const active = state.tasks.filter(({ phase }) => phase === 'loading' || phase === 'retrying');
    const rate = meter.at(state.tasks.reduce((sum, { rows }) => sum + rows, 0));
    const under = active.map(
      ({ name, rows, phase, attempt }) =>
        `  · ${name}  ${plural(rows, 'row')}${phase === 'retrying' ? `, waiting for attempt ${attempt + 1}` : ''}`,
    );
    progress.update(
      active.length === 0 ? '' : `${under.join('   ')}${pace({ state, rate, ms: now() - begun })}`,
    );
  };
}

/** Shows the progress of loads in this process: rows of the resource that is at work, and how fast all of them come. */
export function localProgressView(
  progress: Progress,
  now: () => number = Date.now,
): (state: Pick<LoadProgress, 'resource' | 'rows'>) => void {
  const meter = rateMeter(now);
  const begun = now();
  const loaded = new Map<string, number>();
  let all = 0;
  return ({ resource, rows }) => {
    all += Math.max(0, rows - (loaded.get(resource) ?? 0));
    loaded.set(resource, rows);
    const pace = `${formatRate(meter.at(all))}  ${formatDuration(now() - begun)}`;
    progress.update(`  · ${resource}  ${plural(rows, 'row')}${pace}`);
  };
}

/** How fast rows come, how many of the tasks have ended, and for how long they are worked on. */
function pace({
  state: { tasks },
  rate,
  ms,
}: {
  readonly state: RunProgress;
  readonly rate: number | undefined;
  readonly ms: number;
}): string {
  const ended = tasks.filter(({ phase }) => ENDED[phase] !== undefined).length;
  const of = tasks.length > 1 ? `  ${ended}/${tasks.length}` : '';
  return `${formatRate(rate)}${of}  ${formatDuration(ms)}`;
}

/** The line of an attempt that failed, while the next one is waited for; undefined for another change. */
export function retryLine(
  task: string,
  { phase, attempt, error, of, waitMs }: Parameters<TaskWatch>[0],
): string | undefined {
  if (phase !== 'retrying' || error === undefined || waitMs === undefined) return undefined;
  const [first] = error.message.split('\n');
  const wait = waitMs < 60_000 ? `${Math.ceil(waitMs / 1000)} s` : formatDuration(waitMs);
  return `${task}: ${first} (attempt ${attempt} of ${of}), again in ${wait}`;
}

const ENDED: Partial<Record<TaskPhase, 'done' | 'failed' | 'skipped'>> = {
  done: 'done',
  failed: 'failed',
  skipped: 'skipped',
  cancelled: 'skipped',
};
