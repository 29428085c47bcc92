import { ApplicationFailure } from '@temporalio/common';
import { askSlot, closedRuns } from '../../activities/slots';
import type {
  AttemptOutcome,
  FirstAttempts,
  LoadResourceInput,
  LoadResourceResult,
  PlanBackfillInput,
  PlannedChunk,
  RecordOutcomeInput,
  ResourceOutcome,
  RunHooksInput,
  RunPlan,
  TidemarkActivities,
} from '../../src/contracts';
import type { Interval } from '../../src/interval';
import { attemptInput } from '../../src/plan';

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

/** An attempt as a script sees it. */
export interface ScriptedAttempt extends Pick<LoadResourceInput, 'attempt' | 'kind'> {
  /** The name of the task. */
  readonly task: string;
  readonly interval: Interval | null;
  readonly loadKeys: readonly string[];
}

/** Activities that do what a test says; they note what they were called with. */
export interface ScriptedActivities extends TidemarkActivities {
  readonly loads: ScriptedAttempt[];
  /** Intervals of each activity that made first attempts of a group. */
  readonly groups: (readonly Interval[])[];
  readonly recorded: RecordOutcomeInput[];
  /** What hooks were called with. */
  readonly told: RunHooksInput[];
}

export function scriptedActivities(script: {
  readonly plan?: Partial<RunPlan>;
  /** Names of the tasks. @default one, `r` */
  readonly tasks?: readonly string[];
  readonly retries?: number;
  readonly heartbeatTimeoutMs?: number;
  readonly load?: (attempt: ScriptedAttempt) => Promise<LoadResourceResult['outcomes']>;
  readonly chunks?: readonly PlannedChunk[];
}): ScriptedActivities {
  const { tasks = ['r'], retries = 0, heartbeatTimeoutMs = 30_000, chunks = [] } = script;
  const loads: ScriptedAttempt[] = [];
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
        range: {
          mode: 'interval',
          interval: run.time?.kind === 'interval' ? run.time.interval : null,
          now: startedAt,
        },
        decompose: { kind: 'serialize', limit: 1 },
        triggerRule: 'all_done',
        tasks: tasks.map((name) => ({
          name,
          source: 's',
          components: [{ name, resources: [name], loadKey: `key-${name}` }],
          retry: { retries, timeoutMs: 60_000, heartbeatTimeoutMs },
        })),
        leftOut: [],
        indexed: false,
        hooks: false,
        ...script.plan,
      };
    },
    async tidemarkLoadResource({ task, range, attempt, kind }) {
      const made: ScriptedAttempt = {
        task: task.name,
        kind,
        attempt,
        interval: range.interval,
        loadKeys: task.components.map(({ loadKey }) => loadKey),
      };
      loads.push(made);
      const outcomes =
        (await script.load?.(made)) ??
        task.components.flatMap(({ resources }) => resources.map((r) => loaded(r)));
      return { version: 1, outcomes };
    },
    async tidemarkLoadGroup({ plan: first, intervals }) {
      groups.push(intervals);
      const loads: FirstAttempts[] = [];
      for (const interval of intervals) {
        const run = { ...first.run, time: { kind: 'interval', interval } } as const;
        const plan = await scripted.tidemarkPlanInterval({ ...first, run });
        const attempts: Record<string, AttemptOutcome> = {};
        for (const task of plan.tasks)
          attempts[task.name] = await scripted
            .tidemarkLoadResource(attemptInput({ run, plan, task, attempt: 1 }))
            .then(
              ({ outcomes }): AttemptOutcome => ({ status: 'loaded', outcomes }),
              ({ type, message, nonRetryable }: ApplicationFailure) => ({
                status: 'failed',
                code: String(type),
                message,
                retryable: nonRetryable !== true,
              }),
            );
        loads.push({ plan, attempts });
      }
      return { version: 1, loads };
    },
    async tidemarkRecordOutcome(input) {
      recorded.push(input);
      return { version: 1, committed: [] };
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
