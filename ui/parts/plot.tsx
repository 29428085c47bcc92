import { useEffect, useMemo, useRef } from 'preact/hooks';
import uPlot from 'uplot';
import { formatCount, formatShort } from '../lib/format';
import { theme } from '../lib/theme';
import { formatInstant } from '../lib/time';
import { Table } from './table';

interface PlotProps {
  readonly title: string;
  /** What is to be seen, in a sentence. */
  readonly summary: string;
  /** Instants, ascending. */
  readonly at: readonly string[];
  /** A value for each; undefined where there is none. */
  readonly values: readonly (number | undefined)[];
  readonly valueName: string;
  /** A value as text. @default digits in groups */
  readonly format?: (value: number) => string;
  readonly kind?: 'bars' | 'line';
  /** Custom property that has its colour. @default --accent */
  readonly color?: string;
  readonly zone?: string;
  /** CSS pixels. */
  readonly height?: number;
}

/** Values in their order, evenly apart. The same values are in a table below it. */
export function Plot(props: PlotProps) {
  const { title, summary, at, values, valueName, zone = 'UTC', format = formatCount } = props;
  const host = useRef<HTMLDivElement>(null);
  const data = useMemo(() => alignedData(at, values), [at, values]);
  usePlot(host, data, props);

  const rows = at.map((instant, index) => ({ instant, value: values[index] })).reverse();
  return (
    <figure class="plot">
      <figcaption>{title}</figcaption>
      <div ref={host} class="plot-area" role="img" aria-label={`${title}. ${summary}`} />
      <details>
        <summary>{summary} Show the values</summary>
        <Table
          caption={title}
          rows={rows}
          columns={[
            { key: 'at', title: 'From', heads: true, cell: (row) => formatInstant(row.instant, zone) },
            {
              key: 'value',
              title: valueName,
              numeric: true,
              cell: (row) => (row.value === undefined ? '–' : format(row.value)),
            },
          ]}
        />
      </details>
    </figure>
  );
}

type Host = { readonly current: HTMLDivElement | null };

/** Draws into the host: anew for another look, and with new data only where that is all. */
function usePlot(host: Host, data: uPlot.AlignedData, props: PlotProps): void {
  const { valueName, kind = 'bars', color = '--accent', zone = 'UTC', height = 160, format } = props;
  const at = useRef(props.at);
  at.current = props.at;
  const instantAt = (index: number) => instantOf(at.current[index], zone);
  const plot = useRef<uPlot | undefined>(undefined);
  const look = theme.value;

  // data has an effect of its own; the look is read from the page's style
  useEffect(() => {
    const element = host.current;
    if (element === null) return;
    const width = () => Math.max(200, Math.floor(element.clientWidth));
    const own = new uPlot(
      optionsOf({ valueName, kind, color, instantAt, height, format, width: width(), element }),
      data,
      element,
    );
    plot.current = own;
    const observer = new ResizeObserver(() => own.setSize({ width: width(), height }));
    observer.observe(element);
    return () => {
      observer.disconnect();
      own.destroy();
      plot.current = undefined;
    };
  }, [look, valueName, kind, color, zone, height]);

  useEffect(() => plot.current?.setData(data), [data]);
}

interface Look {
  readonly valueName: string;
  readonly kind: 'bars' | 'line';
  readonly color: string;
  /** The text of a place on the axis. */
  readonly instantAt: (index: number) => string;
  readonly height: number;
  readonly format: ((value: number) => string) | undefined;
  readonly width: number;
  readonly element: HTMLElement;
}

function optionsOf(look: Look): uPlot.Options {
  const style = getComputedStyle(look.element);
  const colorOf = (name: string) => style.getPropertyValue(name).trim();
  const stroke = colorOf(look.color);
  const axis: uPlot.Axis = {
    stroke: colorOf('--dim'),
    grid: { stroke: colorOf('--line'), width: 1 },
    ticks: { show: false },
    font: `11px ${style.fontFamily}`,
  };
  const format = look.format ?? formatCount;
  return {
    width: look.width,
    height: look.height,
    hooks: { ready: [showNewest], setData: [showNewest], setCursor: [showNewest] },
    cursor: { y: false, drag: { x: false, y: false, setScale: false } },
    legend: { live: true },
    scales: {
      x: { time: false, range: (_plot, min, max) => [min - 0.5, max + 0.5] },
      y: { range: (_plot, _min, max) => [0, max > 0 ? max * 1.08 : 1] },
    },
    axes: [
      {
        ...axis,
        grid: { show: false },
        incrs: STEPS,
        space: 90,
        values: (_plot, places) => places.map((place) => look.instantAt(place).replace(' ', '\n')),
      },
      { ...axis, size: 56, values: (_plot, ticks) => ticks.map(formatShort) },
    ],
    series: [
      { label: 'From', value: (_plot, place) => (place === null ? '–' : look.instantAt(place)) },
      {
        label: look.valueName,
        stroke,
        fill: look.kind === 'bars' ? stroke : `color-mix(in srgb, ${stroke} 15%, transparent)`,
        width: look.kind === 'bars' ? 0 : 1.5,
        points: { show: false },
        paths: look.kind === 'bars' ? bars : lines,
        value: (_plot, value) => (value === null ? '–' : format(value)),
      },
    ],
  };
}

/** Where nothing is pointed at, the legend has the newest value. */
function showNewest(plot: uPlot): void {
  const last = plot.data[0].length - 1;
  if (typeof plot.cursor.idx !== 'number' && last >= 0) plot.setLegend({ idx: last }, false);
}

const bars = uPlot.paths.bars!({ size: [0.8, 40] });
const lines = uPlot.paths.linear!();

/** Between places on the axis that have a text. */
const STEPS = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000];

function instantOf(instant: string | undefined, zone: string): string {
  return instant === undefined ? '' : formatInstant(instant, zone);
}

function alignedData(at: readonly string[], values: readonly (number | undefined)[]): uPlot.AlignedData {
  return [at.map((_instant, index) => index), at.map((_instant, index) => values[index] ?? null)];
}
