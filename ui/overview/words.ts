import type { Freshness, PipelineOverview, ScheduleOverview } from '../../src/operate';
import { plural } from '../lib/format';
import { ago, formatInstant, formatTime } from '../lib/time';

/** How urgent something is: decides its sign and colour. */
export type Tone = 'loaded' | 'running' | 'failed' | 'missing' | 'left-out';

export interface Verdict {
  readonly tone: Tone;
  readonly sign: string;
  /** In a few words. */
  readonly short: string;
  /** More, a line each. */
  readonly more: readonly string[];
}

/** How far behind a pipeline is, in words. */
export function freshnessWords(freshness: Freshness | undefined, zone: string): Verdict {
  if (freshness === undefined)
    return { tone: 'left-out', sign: '·', short: 'no complete interval yet', more: [] };
  const expected = formatInstant(freshness.expectedUntil, zone);
  if (freshness.loadedUntil === undefined)
    return { tone: 'missing', sign: '○', short: 'not loaded yet', more: [`expected until ${expected}`] };
  const loaded = formatInstant(freshness.loadedUntil, zone);
  if (freshness.intervalsBehind === 0)
    return { tone: 'loaded', sign: '✓', short: 'up to date', more: [`loaded until ${loaded}`] };
  return {
    tone: 'missing',
    sign: '○',
    short: `${plural(freshness.intervalsBehind, 'interval')} behind`,
    more: [`loaded until ${loaded}`, `expected until ${expected}`],
  };
}

/** When a schedule fires next, or why it doesn't. */
export function nextWords(schedule: ScheduleOverview, nowMs: number): string {
  if (!schedule.deployed) return 'not deployed: no run starts by itself';
  if (schedule.paused) return 'paused';
  if (schedule.nextTick === undefined) return 'no more runs';
  const late = Date.parse(schedule.nextTick) <= nowMs;
  const when = late ? 'due now' : ago(schedule.nextTick, nowMs);
  return `${when}, at ${formatTime(schedule.nextTick, schedule.zone)}`;
}

/** Intervals that aren't loaded, of all causes. */
export function countGaps(pipeline: PipelineOverview): number {
  return pipeline.gaps.reduce((sum, { intervals }) => sum + intervals, 0);
}

/** Whether somebody should look at it: it is behind, has gaps, is paused, failed last, or can't be read. */
export function needsLook(pipeline: PipelineOverview): boolean {
  const { freshness, schedule, lastRun, unread } = pipeline;
  return (
    (freshness?.intervalsBehind ?? 0) > 0 ||
    countGaps(pipeline) > 0 ||
    schedule?.paused === true ||
    lastRun?.status === 'failed' ||
    unread !== undefined
  );
}

/** What stands out among all pipelines: `12 pipelines, 2 behind, 1 with gaps, 3 runs under way`. */
export function summaryWords(pipelines: readonly PipelineOverview[]): string {
  const behind = pipelines.filter(({ freshness }) => (freshness?.intervalsBehind ?? 0) > 0).length;
  const gappy = pipelines.filter((pipeline) => countGaps(pipeline) > 0).length;
  const paused = pipelines.filter(({ schedule }) => schedule?.paused).length;
  const failed = pipelines.filter(({ lastRun }) => lastRun?.status === 'failed').length;
  const running = pipelines.reduce((sum, pipeline) => sum + pipeline.running, 0);
  return [
    plural(pipelines.length, 'pipeline'),
    behind > 0 ? `${behind} behind` : 'none behind',
    gappy > 0 ? `${gappy} with gaps` : undefined,
    failed > 0 ? `${failed} whose last run failed` : undefined,
    paused > 0 ? `${paused} paused` : undefined,
    running > 0 ? `${plural(running, 'run')} under way` : undefined,
  ]
    .filter((part) => part !== undefined)
    .join(' · ');
}
