import type { ComponentPhase, LoadPlan, ResourceOutcome, RunProgress } from '../src/contracts';
import { type ComponentWatch, resourcesOf } from './load-component';
import { componentStatus } from './run-components';

type Entry = RunProgress['components'][number];

/** What the progress query answers, kept up to date by the run. */
export interface ProgressTracker {
  read(): RunProgress;
  planned(plan: LoadPlan): void;
  phase(phase: RunProgress['phase']): void;
  component(name: string, change: Parameters<ComponentWatch>[0]): void;
  ended(name: string, outcomes: readonly ResourceOutcome[]): void;
}

const PHASES = {
  loaded: 'done',
  failed: 'failed',
  skipped: 'skipped',
  cancelled: 'cancelled',
} as const satisfies Record<string, ComponentPhase>;

export function trackProgress(): ProgressTracker {
  let progress: RunProgress = { version: 1, phase: 'planning', interval: null, components: [] };
  const change = (name: string, to: (entry: Entry) => Entry): void => {
    const components = progress.components.map((entry) => (entry.name === name ? to(entry) : entry));
    progress = { ...progress, components };
  };
  return {
    read: () => progress,
    planned(plan) {
      const components = plan.components.map(
        (component): Entry => ({
          name: component.name,
          resources: resourcesOf(component),
          phase: 'waiting',
          attempt: 0,
          rows: 0,
        }),
      );
      const note = plan.note === undefined ? {} : { note: plan.note };
      progress = { ...progress, interval: plan.interval, components, ...note };
    },
    phase(phase) {
      progress = { ...progress, phase };
    },
    component(name, { phase, attempt, error }) {
      change(name, (entry) => ({ ...entry, phase, attempt, ...(error === undefined ? {} : { error }) }));
    },
    ended(name, outcomes) {
      const error = outcomes.find((outcome) => outcome.error !== undefined)?.error;
      const rows = outcomes.reduce((sum, outcome) => sum + outcome.rows, 0);
      change(name, ({ error: _earlier, ...entry }) => ({
        ...entry,
        phase: PHASES[componentStatus(outcomes)],
        rows,
        ...(error === undefined ? {} : { error }),
      }));
    },
  };
}
