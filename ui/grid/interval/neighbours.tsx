import type { GridView, Interval, IntervalView } from '../../../src/ui/api';
import { Link, pathTo } from '../../lib/router';
import { formatInterval, instantOf } from '../../lib/time';
import { useData } from '../../lib/use-data';

/** Links to the intervals before and after. */
export function Neighbours({ view: { pipeline, interval, zone } }: { readonly view: IntervalView }) {
  const earlier = useData<GridView>(gridPath(pipeline, { to: interval.start, limit: '1' }));
  const later = useData<GridView>(gridPath(pipeline, { from: interval.end, to: farAfter(interval) }));
  const [start, end] = [Date.parse(interval.start), Date.parse(interval.end)];
  const before = intervalsOf(earlier.data).findLast((one) => Date.parse(one.end) <= start);
  const after = intervalsOf(later.data).find((one) => Date.parse(one.start) >= end);
  return (
    <nav class="row" aria-label="Other intervals">
      <Neighbour pipeline={pipeline} zone={zone} interval={before} text="← Previous" />
      <Neighbour pipeline={pipeline} zone={zone} interval={after} text="Next →" />
    </nav>
  );
}

interface NeighbourProps {
  readonly pipeline: string;
  readonly zone: string;
  readonly interval: Interval | undefined;
  readonly text: string;
}

function Neighbour({ pipeline, zone, interval, text }: NeighbourProps) {
  if (interval === undefined) return null;
  return (
    <Link
      class="button"
      href={pathTo({ screen: 'interval', pipeline, start: interval.start })}
      aria-label={`${text.replace(/[^a-z]/gi, '')} interval, ${formatInterval(interval, zone)}`}
    >
      {text}
    </Link>
  );
}

function gridPath(pipeline: string, query: Readonly<Record<string, string>>): string {
  return `/api/pipelines/${encodeURIComponent(pipeline)}/grid?${new URLSearchParams(query)}`;
}

/** Schedules whose intervals have different lengths have the next one within so many of them. */
const FAR = 13;

function farAfter({ start, end }: Interval): string {
  const length = Date.parse(end) - Date.parse(start);
  return new Date(Date.parse(end) + FAR * length).toISOString();
}

function intervalsOf(view: GridView | undefined): Interval[] {
  return (view?.starts ?? []).map((start, index) => ({
    start: instantOf(start),
    end: instantOf(view?.ends[index] ?? start),
  }));
}
