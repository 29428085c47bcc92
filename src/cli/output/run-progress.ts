import type { ComponentPhase, RunProgress } from '../../contracts';
import { formatInterval, plural } from './format';
import { mark, type Progress } from './progress';
import type { Terminal } from './terminal';

/**
 * Shows the answers of a run's progress query: a line when the interval is known, a line when a component ends, and one line
 * that is written over for what is under way.
 */
export function runProgressView(terminal: Terminal, progress: Progress): (state: RunProgress) => void {
  let planned = false;
  const ended = new Set<string>();
  return (state) => {
    if (!planned && state.phase !== 'planning') {
      planned = true;
      progress.line(
        `interval ${formatInterval(state.interval ?? undefined)}${state.note ? `: ${state.note}` : ''}`,
      );
    }
    for (const component of state.components) {
      const kind = ENDED[component.phase];
      if (kind === undefined || ended.has(component.name)) continue;
      ended.add(component.name);
      const what = component.error ? component.error.message : plural(component.rows, 'row');
      progress.line(`  ${mark(terminal, kind)} ${component.name}  ${what}`);
    }
    const active = state.components.filter(({ phase }) => phase === 'loading' || phase === 'retrying');
    progress.update(
      active
        .map(
          ({ name, rows, phase, attempt }) =>
            `  · ${name}  ${plural(rows, 'row')}${phase === 'retrying' ? `, waiting for try ${attempt + 1}` : ''}`,
        )
        .join('   '),
    );
  };
}

const ENDED: Partial<Record<ComponentPhase, 'done' | 'failed' | 'skipped'>> = {
  done: 'done',
  failed: 'failed',
  skipped: 'skipped',
  cancelled: 'skipped',
};
