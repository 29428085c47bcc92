import type { Interval } from '../interval';

/** `2024-01-02T03:04:05Z`: as the server writes the nominal time at the end of a scheduled run's id. */
function wholeSeconds(iso: string): string {
  return iso.replace(/\.\d+Z$/, 'Z');
}

/** Id of the Schedule of a pipeline entry. */
export function scheduleId(pipeline: string): string {
  return `tidemark-${pipeline}`;
}

/**
 * Id of the run of a tick. It is the id that the Schedule gives its own run, so that the server itself holds the rule
 * that one interval of a pipeline runs once at a time.
 */
export function tickRunId(pipeline: string, nominal: string): string {
  return `${scheduleId(pipeline)}-${wholeSeconds(nominal)}`;
}

/** Id of the run of an interval that is not one tick of the entry. */
export function intervalRunId(pipeline: string, interval: Interval): string {
  return `${scheduleId(pipeline)}-${wholeSeconds(interval.start)}--${wholeSeconds(interval.end)}`;
}

/** Id of the manual run of a logical date, or of one without any date. */
export function manualRunId(pipeline: string, logicalDate?: string): string {
  return `${scheduleId(pipeline)}-manual${logicalDate === undefined ? '' : `-${wholeSeconds(logicalDate)}`}`;
}

/** Id of the one catch-up of a pipeline entry: starting it while it runs finds the running one. */
export function catchUpId(pipeline: string): string {
  return `${scheduleId(pipeline)}-catchup`;
}

/** Id of the one workflow that gives out the slots of a pipeline entry. */
export function slotsId(pipeline: string): string {
  return `${scheduleId(pipeline)}-slots`;
}

/** Id of the one workflow that gives out the requests of an account to the workers of a task queue; no pipeline's name has a slash. */
export function ratesId(taskQueue: string, scope: string): string {
  return `tidemark-rates/${taskQueue}/${scope}`;
}

/** Id of the one workflow that knows on which host a dataset is that lies on one host's disk. */
export function homeId(taskQueue: string, place: string): string {
  return `tidemark-home/${taskQueue}/${place}`;
}

/** Id of a backfill over a range. */
export function backfillId(pipeline: string, range: { readonly from: string; readonly to: string }): string {
  return `${scheduleId(pipeline)}-backfill-${wholeSeconds(range.from)}--${wholeSeconds(range.to)}`;
}
