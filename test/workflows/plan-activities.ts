import { ApplicationFailure } from '@temporalio/common';
import { askSlot, closedRuns } from '../../activities/slots';
import {
  type BegunLoad,
  type LoadPlan,
  type LoadResourceInput,
  type LoadResourceResult,
  loadInput,
  type PlanBackfillInput,
  type PlannedChunk,
  type RecordOutcomeInput,
  type ResourceOutcome,
  type RunHooksInput,
  type TidemarkActivities,
  type TryEnd,
} from '../../src/contracts';
import type { Interval } from '../../src/interval';

export function loaded(resource: string, rows = 1): ResourceOutcome {
  const details = { tables: { [resource]: rows }, bytes: 0, schemaChanges: [], loadId: '1.0' };
  return { resource, status: 'loaded', rows, ...details };
}

export function failure(code: string, retryable = true, retryAfterMs?: number): ApplicationFailure {
  return ApplicationFailure.create({
    type: code,
    message: `it failed with ${code}`,
    nonRetryable: !retryable,
    details: [{ version: 1, ...(retryAfterMs !== undefined && { retryAfterMs }) }],
  });
}

/** Activities that do what a test says; they note what they were called with. */
export interface ScriptedActivities extends TidemarkActivities {
  readonly loads: LoadResourceInput[];
  /** Intervals of each activity that made first tries of a group. */
  readonly groups: (readonly Interval[])[];
  readonly recorded: RecordOutcomeInput[];
  /** What hooks were told. */
  readonly told: RunHooksInput[];
}

export function scriptedActivities(script: {
  readonly plan?: Partial<LoadPlan>;
  /** Names of the components. @default one, `r` */
  readonly components?: readonly string[];
  readonly retries?: number;
  readonly heartbeatTimeoutMs?: number;
  readonly load?: (input: LoadResourceInput) => Promise<LoadResourceResult['outcomes']>;
  readonly chunks?: readonly PlannedChunk[];
}): ScriptedActivities {
  const { components = ['r'], retries = 0, heartbeatTimeoutMs = 30_000, chunks = [] } = script;
  const loads: LoadResourceInput[] = [];
  const groups: (readonly Interval[])[] = [];
  const recorded: RecordOutcomeInput[] = [];
  const told: RunHooksInput[] = [];
  const scripted: ScriptedActivities = {
    loads,
    groups,
    recorded,
    told,
    async tidemarkPlanInterval({ run, kind, startedAt }) {
      return {
        version: 1,
        pipeline: run.pipeline,
        kind,
        mode: 'interval',
        interval: run.time?.kind === 'interval' ? run.time.interval : null,
        now: startedAt,
        decompose: { kind: 'serialize', limit: 1 },
        triggerRule: 'all_done',
        components: components.map((name) => ({
          name,
          source: 's',
          parts: [{ name, resources: [name], loadKey: `key-${name}` }],
          policy: { retries, timeoutMs: 60_000, heartbeatTimeoutMs },
        })),
        leftOut: [],
        indexed: false,
        ...script.plan,
      };
    },
    async tidemarkLoadResource(input) {
      loads.push(input);
      const outcomes =
        (await script.load?.(input)) ??
        input.parts.flatMap(({ resources }) => resources.map((r) => loaded(r)));
      return { version: 1, outcomes };
    },
    async tidemarkLoadGroup({ plan: first, intervals }) {
      groups.push(intervals);
      const loads: BegunLoad[] = [];
      for (const interval of intervals) {
        const run = { ...first.run, time: { kind: 'interval', interval } } as const;
        const plan = await scripted.tidemarkPlanInterval({ ...first, run });
        const ends: Record<string, TryEnd> = {};
        for (const component of plan.components)
          ends[component.name] = await scripted
            .tidemarkLoadResource(loadInput({ run, plan, component, attempt: 1 }))
            .catch(({ type: code, message, nonRetryable }: ApplicationFailure) => ({
              failure: { version: 1, code: String(code), message, retryable: nonRetryable !== true },
            }));
        loads.push({ plan, ends });
      }
      return { version: 1, loads };
    },
    async tidemarkRecordOutcome(input) {
      recorded.push(input);
    },
    async tidemarkRunHooks(input) {
      told.push(input);
    },
    tidemarkAskSlot: askSlot,
    tidemarkClosedRuns: closedRuns,
    async tidemarkPlanBackfill({ position, limit, range }: PlanBackfillInput) {
      const newest = range.order === 'newest';
      const ordered = newest ? chunks.toReversed() : chunks;
      const rest = ordered.filter(({ interval }) =>
        position === undefined ? true : newest ? interval.end <= position : interval.start >= position,
      );
      const page = rest.slice(0, limit);
      const last = page.at(-1)?.interval;
      return {
        version: 1,
        chunks: page,
        next: rest.length > page.length && last !== undefined ? (newest ? last.start : last.end) : null,
        ...(position === undefined && { total: chunks.length, leftOut: [] }),
        indexed: false,
      };
    },
  };
  return scripted;
}

/** So many hours from 2024-01-01 on. */
export function hours(count: number): PlannedChunk[] {
  const at = (hour: number): string =>
    new Date(Date.UTC(2024, 0, 1, hour)).toISOString().replace('.000Z', 'Z');
  return Array.from({ length: count }, (_, hour) => ({
    interval: { start: at(hour), end: at(hour + 1) },
    nominal: at(hour + 1),
  }));
}
