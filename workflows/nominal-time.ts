import { defineSearchAttributeKey, type SearchAttributePair } from '@temporalio/common';
import { upsertSearchAttributes, type WorkflowInfo } from '@temporalio/workflow';
import { type LoadIntervalResult, type RunPlan, SEARCH_ATTRIBUTES } from '../src/contracts';
import { resourcesOf } from '../src/plan/tasks';

const SCHEDULED_START = defineSearchAttributeKey('TemporalScheduledStartTime', 'DATETIME');

interface NominalTime {
  readonly at: string;
  readonly previousEnd: string | undefined;
}

/**
 * The time that a run is nominally at: what its Schedule says, or for a workflow with a `cronSchedule` the moment at
 * which it was let go, the tick being the one before. Undefined for a run that nothing but a person or parent started.
 */
export function nominalTime(info: WorkflowInfo): NominalTime | undefined {
  const scheduled = info.typedSearchAttributes.get(SCHEDULED_START);
  if (scheduled !== undefined) return { at: scheduled.toISOString(), previousEnd: undefined };
  if (!info.cronSchedule) return undefined;
  const previousEnd = (info.lastResult as LoadIntervalResult | undefined)?.interval?.end;
  return { at: new Date().toISOString(), previousEnd };
}

/** Makes the run findable in Temporal's UI by pipeline, kind, interval and resources. */
export function indexRun({ pipeline, kind, tasks, range }: RunPlan): void {
  const { interval } = range;
  const resources = tasks.flatMap(resourcesOf);
  const attributes: SearchAttributePair[] = [
    { key: defineSearchAttributeKey(SEARCH_ATTRIBUTES.pipeline, 'KEYWORD'), value: pipeline },
    { key: defineSearchAttributeKey(SEARCH_ATTRIBUTES.kind, 'KEYWORD'), value: kind },
    { key: defineSearchAttributeKey(SEARCH_ATTRIBUTES.resource, 'KEYWORD_LIST'), value: resources },
  ];
  if (interval !== null)
    attributes.push(
      {
        key: defineSearchAttributeKey(SEARCH_ATTRIBUTES.intervalStart, 'DATETIME'),
        value: new Date(interval.start),
      },
      {
        key: defineSearchAttributeKey(SEARCH_ATTRIBUTES.intervalEnd, 'DATETIME'),
        value: new Date(interval.end),
      },
    );
  upsertSearchAttributes(attributes);
}
