import { useMemo } from 'preact/hooks';
import type { HistoryView } from '../../src/ui/api';
import { formatCount, plural } from '../lib/format';
import { formatDuration, formatInstant } from '../lib/time';
import { Plot } from '../parts/plot';

/** What the newest intervals brought, and how long their runs took. */
export function IntervalPlots({ history }: { readonly history: HistoryView }) {
  const { intervals, zone } = history;
  const { at, rows, seconds } = useMemo(
    () => ({
      at: intervals.map(({ start }) => start),
      rows: intervals.map((interval) => interval.rows),
      seconds: intervals.map((interval) => interval.seconds),
    }),
    [intervals],
  );
  if (intervals.length === 0) return <p class="dim">No interval is loaded yet.</p>;
  const anySeconds = seconds.some((value) => value !== undefined);
  return (
    <div class="plots">
      <Plot
        title="Rows per interval"
        summary={rowsSummary(history)}
        at={at}
        values={rows}
        valueName="Rows"
        zone={zone}
      />
      {anySeconds ? (
        <Plot
          title="Seconds per interval"
          summary={secondsSummary(seconds)}
          at={at}
          values={seconds}
          valueName="Took"
          format={(value) => formatDuration(value * 1000)}
          color="--running"
          zone={zone}
        />
      ) : (
        <p class="dim">Temporal has none of their runs any more: how long they took isn’t known.</p>
      )}
    </div>
  );
}

function rowsSummary({ intervals, zone }: HistoryView): string {
  const total = intervals.reduce((sum, { rows }) => sum + rows, 0);
  const [first] = intervals;
  if (first === undefined) return '';
  const top = intervals.reduce((best, interval) => (interval.rows > best.rows ? interval : best), first);
  return `${plural(intervals.length, 'interval')}, ${plural(total, 'row')}, most in that of ${formatInstant(top.start, zone)} with ${formatCount(top.rows)}.`;
}

function secondsSummary(seconds: readonly (number | undefined)[]): string {
  const known = seconds.filter((value) => value !== undefined).sort((a, b) => a - b);
  const middle = known[Math.floor(known.length / 2)] ?? 0;
  const unknown = seconds.length - known.length;
  const rest = unknown === 0 ? '' : ` For ${plural(unknown, 'interval')} it isn’t known any more.`;
  return `Half of ${plural(known.length, 'run')} took ${formatDuration(middle * 1000)} or less, the longest ${formatDuration((known.at(-1) ?? 0) * 1000)}.${rest}`;
}
