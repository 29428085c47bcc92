import { createHash } from 'node:crypto';
import type { ResolvedPipeline } from '../config';
import type { PlanIntervalInput, PlannedComponent, PlannedTask, RunPlan } from '../contracts';
import {
  addDuration,
  formatInstant,
  type Interval,
  parseDuration,
  type RunRange,
  timesDuration,
} from '../interval';
import { ownField } from '../value';
import { type EntryComponent, partByDate, partByReach } from './entry-component';
import { runInterval, runNow } from './run-interval';
import { noDate } from './run-without-date';
import { timetableOf, zoneOf } from './timetable-of';

/** Silence after which a worker is taken for dead. Well above a pause of a busy event loop. */
export const HEARTBEAT_TIMEOUT_MS = 30_000;

type Entry = Pick<
  ResolvedPipeline,
  | 'name'
  | 'mode'
  | 'schedule'
  | 'decompose'
  | 'triggerRule'
  | 'retries'
  | 'timeoutMs'
  | 'overrides'
  | 'maxActiveRuns'
  | 'hooks'
>;

/**
 * The same key for the same component and interval of the same run, whatever happens to the run's planning: a reset
 * run finds what it has loaded.
 */
function loadKey(origin: string, component: EntryComponent, interval: Interval | null): string {
  const parts = [origin, component.source, component.name, interval?.start ?? '', interval?.end ?? ''];
  return createHash('sha256').update(JSON.stringify(parts)).digest('base64url').slice(0, 27);
}

/** The policy of several resources that are loaded together: as patient as the most patient of them. */
function retryPolicyOf(
  entry: Entry,
  resources: readonly string[],
  heartbeatTimeoutMs: number,
): PlannedTask['retry'] {
  const overrides = resources.map((resource) => ownField(entry.overrides, resource) ?? {});
  return {
    retries: Math.max(...overrides.map(({ retries }) => retries ?? entry.retries)),
    timeoutMs: Math.max(...overrides.map(({ timeoutMs }) => timeoutMs ?? entry.timeoutMs)),
    heartbeatTimeoutMs,
  };
}

/** One task a component; with decomposition `none`, one a source. */
function tasksOf(
  entry: Entry,
  all: readonly (PlannedComponent & { readonly source: string })[],
  heartbeatTimeoutMs: number,
): PlannedTask[] {
  const task = (name: string, source: string, of: typeof all): PlannedTask => ({
    name,
    source,
    components: of.map(({ source: _, ...component }) => component),
    retry: retryPolicyOf(
      entry,
      of.flatMap(({ resources }) => resources),
      heartbeatTimeoutMs,
    ),
  });
  if (entry.decompose.kind !== 'none') return all.map((one) => task(one.name, one.source, [one]));
  const sources = [...new Set(all.map(({ source }) => source))];
  return sources.map((source) =>
    task(
      source,
      source,
      all.filter((one) => one.source === source),
    ),
  );
}

/** Where incrementals start, if that is not the interval's start: see {@link RunRange}. */
function startOf(entry: Entry, mode: RunRange['mode'], interval: Interval | null): string | undefined {
  const { schedule } = entry;
  if (schedule === undefined) return undefined;
  if (mode === 'incremental') return timetableOf(schedule).firstInterval?.start;
  if (schedule.lookback === undefined || interval === null) return undefined;
  const back = timesDuration(parseDuration(schedule.lookback), -1);
  return formatInstant(addDuration(Date.parse(interval.start), back, zoneOf(entry)));
}

/** Whether an entry has any hook. */
const hasHooks = ({ hooks }: Entry): boolean => Object.values(hooks).some((hook) => hook !== undefined);

/**
 * The plan of one run: its range, with its one `now`, and what is loaded in which task under which key.
 *
 * @param options.components the components of the entry's sources, of the resources that the run asks for
 */
export function planRun(options: {
  readonly entry: Entry;
  readonly components: readonly EntryComponent[];
  readonly input: PlanIntervalInput;
  readonly indexed: boolean;
  /** @default {@link HEARTBEAT_TIMEOUT_MS} */
  readonly heartbeatTimeoutMs?: number | undefined;
}): RunPlan {
  const { entry, input, indexed, heartbeatTimeoutMs = HEARTBEAT_TIMEOUT_MS } = options;
  const { interval, loads, note } = runInterval(entry, input);
  const { undated, dated } = partByDate(options.components);
  const backfills = input.kind === 'backfill' || input.kind === 'catchup';
  const { reached, leftOut } = backfills
    ? partByReach(options.components)
    : { reached: options.components, leftOut: [] };
  const loaded = { all: reached, undated, nothing: [] }[loads];
  const planned = loaded.map((component) => ({
    name: component.name,
    source: component.source,
    resources: component.resources.map(({ name }) => name),
    loadKey: loadKey(input.origin, component, interval),
  }));
  const mode = backfills ? 'interval' : entry.mode;
  const { nominal } = input;
  const delayMs = input.kind === 'schedule' ? (entry.schedule?.delayMs ?? 0) : 0;
  return {
    version: 1,
    pipeline: entry.name,
    kind: input.kind,
    range: { mode, interval, now: runNow(input), start: startOf(entry, mode, interval) },
    decompose: entry.decompose,
    triggerRule: entry.triggerRule,
    tasks: tasksOf(entry, planned, heartbeatTimeoutMs),
    leftOut,
    indexed,
    hooks: hasHooks(entry),
    maxActiveRuns: input.kind === 'backfill' ? undefined : entry.maxActiveRuns,
    notBefore:
      delayMs > 0 && nominal !== undefined ? formatInstant(Date.parse(nominal) + delayMs) : undefined,
    note: loads === 'undated' && dated.length > 0 ? noDate(dated, undated.length > 0) : note,
  };
}
