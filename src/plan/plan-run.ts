import { createHash } from 'node:crypto';
import type { ResolvedPipeline } from '../config';
import type { LoadPlan, PlanIntervalInput, PlannedComponent, PlannedPart } from '../contracts';
import { addDuration, formatInstant, type Interval, parseDuration, timesDuration } from '../interval';
import { type EntryComponent, partByReach } from './entry-component';
import { runInterval, runNow } from './run-interval';
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
function policyOf(
  entry: Entry,
  resources: readonly string[],
  heartbeatTimeoutMs: number,
): PlannedComponent['policy'] {
  const overrides = resources.map((resource) => entry.overrides[resource] ?? {});
  return {
    retries: Math.max(...overrides.map(({ retries }) => retries ?? entry.retries)),
    timeoutMs: Math.max(...overrides.map(({ timeoutMs }) => timeoutMs ?? entry.timeoutMs)),
    heartbeatTimeoutMs,
  };
}

/** One activity a component; with decomposition `none`, one a source. */
function toActivities(
  entry: Entry,
  parts: readonly { readonly source: string; readonly part: PlannedPart }[],
  heartbeatTimeoutMs: number,
): PlannedComponent[] {
  const component = (name: string, source: string, of: readonly PlannedPart[]): PlannedComponent => ({
    name,
    source,
    parts: of,
    policy: policyOf(
      entry,
      of.flatMap(({ resources }) => resources),
      heartbeatTimeoutMs,
    ),
  });
  if (entry.decompose.kind !== 'none')
    return parts.map(({ source, part }) => component(part.name, source, [part]));
  const sources = [...new Set(parts.map(({ source }) => source))];
  return sources.map((source) =>
    component(
      source,
      source,
      parts.filter((one) => one.source === source).map(({ part }) => part),
    ),
  );
}

/** Start of what incrementals get, where `schedule.lookback` moves it back. */
export function lookbackStart(entry: Entry, interval: Interval | null): string | undefined {
  const lookback = entry.schedule?.lookback;
  if (lookback === undefined || interval === null) return undefined;
  const back = timesDuration(parseDuration(lookback), -1);
  return formatInstant(addDuration(Date.parse(interval.start), back, zoneOf(entry)));
}

/**
 * The plan of one run: its interval, its one `now`, and what is loaded in which activity under which key.
 *
 * @param options.components the components of the entry's sources, of the resources that the run asks for
 */
export function planRun(options: {
  readonly entry: Entry;
  readonly components: readonly EntryComponent[];
  readonly input: PlanIntervalInput;
  readonly indexed: boolean;
  /** @default {@link HEARTBEAT_TIMEOUT_MS} */
  readonly heartbeatTimeoutMs?: number;
}): LoadPlan {
  const { entry, input, indexed, heartbeatTimeoutMs = HEARTBEAT_TIMEOUT_MS } = options;
  const { interval, loads, note } = runInterval(entry, input);
  const backfills = input.kind === 'backfill' || input.kind === 'catchup';
  const { reached, leftOut } = backfills
    ? partByReach(options.components)
    : { reached: options.components, leftOut: [] };
  const parts = (loads ? reached : []).map((component) => ({
    source: component.source,
    part: {
      name: component.name,
      resources: component.resources.map(({ name }) => name),
      loadKey: loadKey(input.origin, component, interval),
    },
  }));
  const firstStart =
    entry.mode === 'incremental' && entry.schedule !== undefined
      ? timetableOf(entry.schedule).firstInterval?.start
      : undefined;
  const lookback = lookbackStart(entry, interval);
  const { nominal } = input;
  const delayMs = input.kind === 'schedule' && nominal !== undefined ? (entry.schedule?.delayMs ?? 0) : 0;
  return {
    version: 1,
    pipeline: entry.name,
    kind: input.kind,
    mode: backfills ? 'interval' : entry.mode,
    interval,
    now: runNow(input),
    decompose: entry.decompose,
    triggerRule: entry.triggerRule,
    components: toActivities(entry, parts, heartbeatTimeoutMs),
    leftOut,
    indexed,
    ...(input.kind !== 'backfill' && { maxActiveRuns: entry.maxActiveRuns }),
    ...(firstStart !== undefined && { firstStart }),
    ...(lookback !== undefined && { lookbackStart: lookback }),
    ...(delayMs > 0 && nominal !== undefined && { notBefore: formatInstant(Date.parse(nominal) + delayMs) }),
    ...(note !== undefined && { note }),
  };
}
