import type { LoadIntervalInput, LoadPlan, LoadResourceInput, PlannedComponent } from './load-interval';

/** What `tidemarkLoadResource` is told of one try of a planned component. */
export function loadInput(options: {
  readonly run: LoadIntervalInput;
  readonly plan: LoadPlan;
  readonly component: PlannedComponent;
  readonly attempt: number;
}): LoadResourceInput {
  const { run, plan, component, attempt } = options;
  const { pipeline, kind, mode, interval, now, firstStart, lookbackStart } = plan;
  const { bind, fullRefresh, replace, force } = run;
  return {
    version: 1,
    ...{ pipeline, component: component.name, source: component.source, parts: component.parts },
    ...{ kind, mode, interval, now, attempt },
    ...(plan.decompose.kind === 'parallel-isolated' && { isolated: true }),
    ...(firstStart !== undefined && { firstStart }),
    ...(lookbackStart !== undefined && { lookbackStart }),
    ...(bind !== undefined && { bind }),
    ...(fullRefresh !== undefined && { fullRefresh }),
    ...(replace !== undefined && { replace }),
    ...(force !== undefined && { force }),
  };
}
