import type { LoadIntervalResult, ResourceOutcome, RunPlan } from '../contracts';
import { type LoadInfo, makeLoadInfo, type ResourceReport, reportWithoutLoad } from '../pipeline';
import { resourcesOf } from '../plan';
import type { Entry } from './entry';
import type { ComponentReport } from './execute-attempt';

/** Puts together what the loads of a run report. */
interface ReportCollection {
  add(end: ComponentReport, source: string): void;
  /** One for each source, once the run has ended; each resource of the plan is in one of them. */
  infos(result: LoadIntervalResult): LoadInfo[];
  /** What each failure was thrown as, by the place of its outcome. */
  causes(result: Pick<LoadIntervalResult, 'outcomes'>): unknown[];
}

/** The report of a resource that no load reported: of which none began, or which a trigger rule left out. */
function reportOf({ resource, status, error }: ResourceOutcome): ResourceReport {
  const { code, message } = error ?? { code: 'CANCELLED', message: 'The run was cancelled.' };
  return reportWithoutLoad(resource, status === 'skipped' ? 'skipped' : 'failed', {
    code,
    message,
    retryable: false,
  });
}

/** Whether a report is of the attempt that ended a resource: a later one may have ended without a report. */
const tellsOf = (
  { error }: Pick<ResourceReport | ResourceOutcome, 'error'>,
  outcome: ResourceOutcome,
): boolean => error?.code === outcome.error?.code && error?.message === outcome.error?.message;

export function collectReports(entry: Entry, plan: RunPlan): ReportCollection {
  const startedAt = new Date().toISOString();
  const bySource = new Map(plan.tasks.map(({ source }) => [source, new Map<string, ResourceReport>()]));
  const infos: LoadInfo[] = [];
  const thrown: { readonly source: string; readonly outcome: ResourceOutcome; readonly cause: unknown }[] =
    [];
  return {
    add({ info, outcomes, cause }, source) {
      if (cause !== undefined) thrown.push(...outcomes.map((outcome) => ({ source, outcome, cause })));
      if (info === undefined) return;
      infos.push(info);
      const reports = bySource.get(source);
      // a later attempt is answered with what an earlier one loaded, which that one reported in full
      for (const report of info.resources)
        if (reports?.get(report.resource)?.status !== 'loaded') reports?.set(report.resource, report);
    },
    causes({ outcomes }) {
      const sources = plan.tasks.flatMap((task) => resourcesOf(task).map(() => task.source));
      return outcomes.map((outcome, index) => {
        const found = thrown.findLast(
          (one) => one.source === sources[index] && one.outcome.resource === outcome.resource,
        );
        return found !== undefined && tellsOf(found.outcome, outcome) ? found.cause : undefined;
      });
    },
    infos({ outcomes, interval, now }) {
      const left = [...outcomes];
      const bySourceOutcomes = new Map<string, ResourceOutcome[]>();
      for (const task of plan.tasks)
        bySourceOutcomes.set(task.source, [
          ...(bySourceOutcomes.get(task.source) ?? []),
          ...left.splice(0, resourcesOf(task).length),
        ]);
      const [first] = infos;
      const { pipeline } = entry;
      return [...bySourceOutcomes].map(([source, of]) =>
        makeLoadInfo({
          pipeline: entry.name,
          dataset: first?.dataset ?? pipeline.datasetNameAt(now),
          destination: first?.destination ?? pipeline.destination.kind,
          location: first?.location ?? pipeline.destination.describe(entry.name),
          interval: interval ?? undefined,
          resources: of.map((outcome) => {
            const report = bySource.get(source)?.get(outcome.resource);
            return report !== undefined && tellsOf(report, outcome) ? report : reportOf(outcome);
          }),
          startedAt,
          finishedAt: new Date().toISOString(),
        }),
      );
    },
  };
}
