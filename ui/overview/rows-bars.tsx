import type { PipelineOverview } from '../../src/operate';
import { formatCount, plural } from '../lib/format';

type Days = PipelineOverview['rowsPerDay'];

const WIDTH = 10;
const HEIGHT = 48;

/** Rows committed on each day, as bars of one height of scale. */
export function RowsBars({ days }: { readonly days: Days }) {
  const most = Math.max(0, ...days.map(({ rows }) => rows));
  if (most === 0) return <p class="dim">{wordsOf(days)}</p>;
  return (
    <div class="rows-bars">
      <svg
        viewBox={`0 0 ${Math.max(1, days.length) * WIDTH} ${HEIGHT}`}
        preserveAspectRatio="none"
        role="img"
        aria-label={wordsOf(days)}
      >
        {days.map(({ day, rows }, index) => (
          <Bar key={day} day={day} rows={rows} x={index * WIDTH} share={rows / most} />
        ))}
      </svg>
      <div class="rows-bars-axis" aria-hidden="true">
        <span>{days[0]?.day.slice(5)}</span>
        <span>most {formatCount(most)}</span>
        <span>{days.at(-1)?.day.slice(5)}</span>
      </div>
    </div>
  );
}

interface BarProps {
  readonly day: string;
  readonly rows: number;
  readonly x: number;
  /** Of the highest. */
  readonly share: number;
}

/** A day without rows keeps a thin foot, so that the days can be counted. */
function Bar({ day, rows, x, share }: BarProps) {
  const height = rows === 0 ? 1 : Math.max(2, share * HEIGHT);
  return (
    <g>
      <title>{`${day}: ${plural(rows, 'row')}`}</title>
      <rect x={x} y={0} width={WIDTH} height={HEIGHT} class="bar-space" />
      <rect
        x={x + 1}
        y={HEIGHT - height}
        width={WIDTH - 2}
        height={height}
        class={rows === 0 ? 'bar none' : 'bar'}
      />
    </g>
  );
}

function wordsOf(days: Days): string {
  const total = days.reduce((sum, { rows }) => sum + rows, 0);
  const [first] = days;
  if (total === 0 || first === undefined) return `No rows in the last ${plural(days.length, 'day')}.`;
  const top = days.reduce((best, day) => (day.rows > best.rows ? day : best), first);
  const without = days.filter(({ rows }) => rows === 0).length;
  return `Rows a day, ${first.day} to ${days.at(-1)?.day}: ${plural(total, 'row')}, most on ${top.day} with ${formatCount(top.rows)}, none on ${plural(without, 'day')}.`;
}
