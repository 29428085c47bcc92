import { formatCount, formatDuration } from './format';

/** Over so long a rate is taken: what was fast a minute ago says little. */
const WINDOW_MS = 10_000;
/** Before this a rate is chance. */
const LEAST_MS = 500;

/** How fast rows come: told a count that only grows, it gives the rate of the last ten seconds. */
export interface RateMeter {
  /** Rows a second; undefined until there is something to reckon from. */
  at(rows: number): number | undefined;
}

export function rateMeter(now: () => number = Date.now): RateMeter {
  const seen: { readonly at: number; readonly rows: number }[] = [];
  return {
    at(rows) {
      const at = now();
      seen.push({ at, rows });
      while (seen.length > 2 && seen[1]!.at <= at - WINDOW_MS) seen.shift();
      const [first] = seen;
      if (first === undefined || at - first.at < LEAST_MS) return undefined;
      return Math.max(0, ((rows - first.rows) / (at - first.at)) * 1000);
    },
  };
}

/** `  1,234 rows/s`, with the space before it; empty where the rate isn't known yet. */
export function formatRate(perSecond: number | undefined): string {
  if (perSecond === undefined) return '';
  return `  ${perSecond < 10 && perSecond > 0 ? perSecond.toFixed(1) : formatCount(Math.round(perSecond))} rows/s`;
}

/** `  about 10 s left`, at this rate; empty where nothing is left, or nothing comes. */
export function formatLeft(left: number, perSecond: number | undefined): string {
  if (perSecond === undefined || perSecond <= 0 || left <= 0) return '';
  return `  about ${formatDuration((left / perSecond) * 1000)} left`;
}
