import type {
  LoadIntervalInput,
  LoadOptions,
  LoadResourceInput,
  PlannedTask,
  RunPlan,
} from '../../contracts';

/** The input of one attempt of a planned task. */
export function attemptInput(options: {
  readonly run: Pick<LoadIntervalInput, keyof LoadOptions>;
  readonly plan: RunPlan;
  readonly task: PlannedTask;
  readonly attempt: number;
}): LoadResourceInput {
  const { run, plan, task, attempt } = options;
  const { bind, fullRefresh, replace, force, unlessLoaded } = run;
  return {
    version: 1,
    pipeline: plan.pipeline,
    kind: plan.kind,
    range: plan.range,
    task,
    isolated: plan.decompose.kind === 'parallel-isolated',
    attempt,
    options: { bind, fullRefresh, replace, force, unlessLoaded },
  };
}
