import type { PreviewView } from '../../src/ui/api';
import { plural } from '../lib/format';
import { formatDuration, formatInterval, formatTime } from '../lib/time';
import { Table, type TableColumn } from '../parts/table';

type Run = PreviewView['runs'][number];
type Comparison = NonNullable<PreviewView['against']>;
type Moved = Comparison['moved'][number];
type Interval = Run['interval'];

/** What a schedule would do. */
export function PreviewAnswer({ answer }: { readonly answer: PreviewView }) {
  const { words, zone, runs, warnings, against } = answer;
  return (
    <>
      <p class="preview-words" role="status">
        {words} <span class="dim">({zone})</span>
      </p>
      <Warnings warnings={warnings} />
      <section class="stack preview-part" aria-labelledby="preview-runs">
        <h2 id="preview-runs">Next runs</h2>
        <Table
          caption="Next runs and their data intervals"
          columns={runColumns(zone)}
          rows={runs}
          keyOf={({ at }) => at}
          empty="There is none."
        />
      </section>
      {against === undefined ? null : <ComparedWith against={against} zone={zone} />}
    </>
  );
}

function Warnings({ warnings }: Pick<PreviewView, 'warnings'>) {
  if (warnings.length === 0) return null;
  return (
    <section class="stack preview-part" aria-labelledby="preview-warnings">
      <h2 id="preview-warnings">{plural(warnings.length, 'warning')}</h2>
      <ul class="preview-warnings">
        {warnings.map(({ code, message }) => (
          <li key={code} class="note warn">
            <p>
              <span class="note-sign" aria-hidden="true">
                !
              </span>{' '}
              {message} <code class="dim">{code}</code>
            </p>
          </li>
        ))}
      </ul>
    </section>
  );
}

interface ComparedProps {
  readonly against: Comparison;
  readonly zone: string;
}

function ComparedWith({ against, zone }: ComparedProps) {
  const { text, range, gained, lost, moved } = against;
  return (
    <section class="stack preview-part" aria-labelledby="preview-against">
      <h2 id="preview-against">
        Beside the deployed schedule, <code>{text}</code>
      </h2>
      <p>
        {summaryOf(against)}{' '}
        <span class="dim">
          Looked at from {formatTime(range.start, zone)} until {formatTime(range.end, zone)} ({zone}): 90
          days, or 200 runs of either schedule.
        </span>
      </p>
      <div class="preview-lists">
        <Ticks title="Gained" caption="Runs that only the new schedule has" ticks={gained} zone={zone} />
        <Ticks title="Lost" caption="Runs that only the deployed schedule has" ticks={lost} zone={zone} />
      </div>
      {moved.length === 0 ? null : (
        <>
          <h3>Moved: {plural(moved.length, 'interval')}</h3>
          <div class="preview-list">
            <Table
              caption="Intervals that begin alike and end otherwise"
              columns={movedColumns(zone)}
              rows={moved}
              keyOf={({ from }) => from.start}
            />
          </div>
        </>
      )}
    </section>
  );
}

function summaryOf({ gained, lost, moved }: Comparison): string {
  if (gained.length + lost.length + moved.length === 0)
    return 'Both start the same runs of the same intervals.';
  const count = (of: readonly unknown[]): string => (of.length === 0 ? 'none' : plural(of.length, 'run'));
  return `${count(gained)} gained, ${count(lost)} lost; ${moved.length === 0 ? 'no interval' : plural(moved.length, 'interval')} moved.`;
}

interface TicksProps {
  readonly title: string;
  readonly caption: string;
  readonly ticks: readonly string[];
  readonly zone: string;
}

function Ticks({ title, caption, ticks, zone }: TicksProps) {
  if (ticks.length === 0) return null;
  return (
    <div class="stack preview-list">
      <h3>
        {title}: {plural(ticks.length, 'run')}
      </h3>
      <Table
        caption={caption}
        columns={inZones<string>(zone, 'at', 'Starts', formatTime, (tick) => tick)}
        rows={ticks}
        keyOf={(tick) => tick}
      />
    </div>
  );
}

/** A column in the schedule's zone, and beside it one in UTC where that is another. */
function inZones<Row, Value = string>(
  zone: string,
  key: string,
  title: string,
  format: (value: Value, zone: string) => string,
  pick: (row: Row) => Value,
): readonly TableColumn<Row>[] {
  const zones = zone === 'UTC' ? ['UTC'] : [zone, 'UTC'];
  return zones.map((one) => ({
    key: `${key} ${one}`,
    title: `${title} (${one})`,
    cell: (row) => <span class="nowrap">{format(pick(row), one)}</span>,
  }));
}

function runColumns(zone: string): readonly TableColumn<Run>[] {
  return [
    ...inZones<Run>(zone, 'at', 'Starts', formatTime, ({ at }) => at),
    ...inZones<Run, Interval>(zone, 'interval', 'Data interval', formatInterval, ({ interval }) => interval),
    { key: 'length', title: 'Length', numeric: true, cell: ({ interval }) => lengthOf(interval) },
  ];
}

function movedColumns(zone: string): readonly TableColumn<Moved>[] {
  return [
    ...inZones<Moved, Interval>(zone, 'from', 'Deployed', formatInterval, ({ from }) => from),
    ...inZones<Moved, Interval>(zone, 'to', 'New', formatInterval, ({ to }) => to),
  ];
}

const lengthOf = ({ start, end }: Interval): string => formatDuration(Date.parse(end) - Date.parse(start));
