import type { ResourceOutcome, RunPlan, RunProgress, TaskPhase } from '../src/contracts';
import { resourcesOf, statusOfOutcomes, type TaskWatch } from '../src/plan/tasks';

type TaskProgress = RunProgress['tasks'][number];

/** What the progress query answers, kept up to date by the run. */
export interface ProgressTracker {
  read(): RunProgress;
  planned(plan: RunPlan): void;
  phase(phase: RunProgress['phase']): void;
  readonly attempt: (name: string, change: Parameters<TaskWatch>[0]) => void;
  readonly ended: (name: string, outcomes: readonly ResourceOutcome[]) => void;
}

const PHASES = {
  loaded: 'done',
  failed: 'failed',
  skipped: 'skipped',
  cancelled: 'cancelled',
} as const satisfies Record<string, TaskPhase>;

export function trackProgress(): ProgressTracker {
  let progress: RunProgress = { version: 1, phase: 'planning', interval: null, tasks: [] };
  const change = (name: string, to: (task: TaskProgress) => TaskProgress): void => {
    const tasks = progress.tasks.map((task) => (task.name === name ? to(task) : task));
    progress = { ...progress, tasks };
  };
  return {
    read: () => progress,
    planned(plan) {
      const tasks = plan.tasks.map(
        (task): TaskProgress => ({
          name: task.name,
          resources: resourcesOf(task),
          phase: 'waiting',
          attempt: 0,
          rows: 0,
        }),
      );
      progress = { ...progress, interval: plan.range.interval, tasks, note: plan.note ?? progress.note };
    },
    phase(phase) {
      progress = { ...progress, phase };
    },
    attempt(name, { phase, attempt, error }) {
      change(name, (task) => ({ ...task, phase, attempt, error: error ?? task.error }));
    },
    ended(name, outcomes) {
      const error = outcomes.find((outcome) => outcome.error !== undefined)?.error;
      const rows = outcomes.reduce((sum, outcome) => sum + outcome.rows, 0);
      change(name, (task) => ({ ...task, phase: PHASES[statusOfOutcomes(outcomes)], rows, error }));
    },
  };
}
