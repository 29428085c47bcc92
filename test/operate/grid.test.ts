import fc from 'fast-check';
import type { RunProgress } from '../../src/contracts';
import { formatInstant, type Interval, sameInterval, spanOf } from '../../src/interval';
import { coverageOf, type LedgerRow, rangeOf } from '../../src/ledger';
import type { GridCell } from '../../src/operate';
import { readGrid } from '../../src/operate/grid';
import type { RunDetail } from '../../src/operate/runs';
import { fakeConfig, fakePipeline, fakeSource } from '../temporal/fake-engine';

const HOUR_MS = 3_600_000;
const at = (hour: number): string => formatInstant(Date.UTC(2024, 0, 1) + hour * HOUR_MS);
const between = (from: number, to: number): Interval => ({ start: at(from), end: at(to) });

const config = fakeConfig([
  { pipeline: fakePipeline('p'), source: () => fakeSource('s', ['joined'], ['plain']) },
]);
const [entry] = config.pipelines;

function ledgerRow(resource: string, given: Partial<LedgerRow>): LedgerRow {
  return {
    ...{ pipeline: 'p', source: 's', resource, generation: 0, status: 'loaded', rows: 0, load_key: '' },
    ...{ interval_start: null, interval_end: null, cursor_start: null, cursor_end: null, load_id: null },
    ...{ error_code: null, error: null, workflow_id: null, run_id: null, attempt: null },
    committed_at: at(99),
    ...given,
  };
}

function runOf(interval: Interval | undefined, progress: RunProgress | undefined): RunDetail {
  const run = { workflowId: 'w', runId: 'r', pipeline: 'p', kind: 'load', status: 'running' } as const;
  return {
    kind: 'load',
    run: { ...run, interval, startedAt: new Date(0), closedAt: undefined },
    progress,
    end: undefined,
  };
}

/** A dataset that has these rows, and notes what it is asked. */
function datasetOf(rows: readonly LedgerRow[]) {
  const asked: unknown[] = [];
  return {
    asked,
    ledger(filter: { readonly source?: string; readonly resource?: string } = {}) {
      asked.push(filter);
      return Promise.resolve(
        rows.filter(
          ({ source, resource }) =>
            source === filter.source && (filter.resource === undefined || resource === filter.resource),
        ),
      );
    },
  };
}

const overlap = (a: Interval, b: Interval): boolean =>
  spanOf(a).start < spanOf(b).end && spanOf(b).start < spanOf(a).end;

/** What the grid's cells of a resource are to be, each found by asking every gap, row and run. */
function plainColumn(options: {
  readonly resource: string;
  readonly reached: boolean;
  readonly intervals: readonly Interval[];
  readonly rows: readonly LedgerRow[];
  readonly running: readonly RunDetail[];
}): GridCell[] {
  const { resource, reached, intervals, rows, running } = options;
  const { gaps } = coverageOf(rows, { start: intervals[0]!.start, end: intervals.at(-1)!.end });
  return intervals.map((interval) => {
    const causes = gaps.filter((gap) => overlap(gap, interval)).map(({ cause }) => cause);
    const cause = causes.includes('failed') ? 'failed' : causes[0];
    const left = cause === 'never-planned' && !reached;
    const state =
      cause === undefined ? 'loaded' : cause === 'failed' ? 'failed' : left ? 'left-out' : 'missing';
    const loading = running.some(({ run, progress }) => {
      const loads = progress?.interval ?? run.interval;
      if (loads === undefined || !overlap(loads, interval)) return false;
      if (state === 'loaded' && !sameInterval(loads, interval)) return false;
      if (progress?.phase !== 'loading') return reached && state !== 'loaded';
      return progress.tasks.some(
        (task) =>
          task.resources.includes(resource) && ['waiting', 'loading', 'retrying'].includes(task.phase),
      );
    });
    const row = rows.findLast((one) => {
      const range = rangeOf(one);
      return range !== undefined && overlap(range, interval);
    });
    return { resource, state: loading ? 'running' : state, cause, row };
  });
}

/** Of quarters of an hour; an empty one too. */
const range = fc
  .tuple(fc.integer({ min: -8, max: 48 }), fc.constantFrom(0, 1, 2, 4, 4, 4, 12, 40))
  .map(([from, length]) => between(from / 4, (from + length) / 4));
const status = fc.constantFrom<LedgerRow['status'][]>(
  ...(['loaded', 'loaded', 'failed', 'skipped', 'superseded', 'cancelled', 'reset'] as const),
);
const rows = fc.array(
  fc
    .record({
      resource: fc.constantFrom('joined', 'plain'),
      range,
      kind: fc.constantFrom('interval', 'interval', 'cursor', 'none'),
      status,
      generation: fc.constantFrom(0, 0, 0, 1),
    })
    .map((one) =>
      ledgerRow(one.resource, {
        status: one.status,
        generation: one.generation,
        ...(one.kind === 'interval' && {
          interval_start: one.range.start,
          interval_end: one.range.end,
        }),
        ...(one.kind === 'cursor' && { cursor_start: one.range.start, cursor_end: one.range.end }),
      }),
    ),
  { maxLength: 16 },
);
const task = fc.record({
  name: fc.constant('t'),
  resources: fc.constantFrom(['joined'], ['plain'], ['joined', 'plain']),
  phase: fc.constantFrom(...(['waiting', 'loading', 'retrying', 'done', 'failed'] as const)),
  attempt: fc.constant(1),
  rows: fc.constant(0),
});
const progress = fc.record({
  version: fc.constant(1 as const),
  phase: fc.constantFrom(...(['planning', 'queued', 'loading', 'loading'] as const)),
  interval: fc.option(range),
  tasks: fc.array(task, { maxLength: 2 }),
});
const optional = { nil: undefined };
const running = fc.array(
  fc.tuple(fc.option(range, optional), fc.option(progress, optional)).map((one) => runOf(...one)),
  { maxLength: 3 },
);

describe('the grid', () => {
  const read = (ledger: readonly LedgerRow[], runs: readonly RunDetail[], intervals?: readonly Interval[]) =>
    readGrid({
      ...{ entry: entry!, dataset: datasetOf(ledger), query: {}, running: runs, intervals },
      now: new Date(at(99)),
    });

  test('has in each cell what one finds by asking every gap, row and run', async () => {
    const hours = Array.from({ length: 12 }, (_, hour) => between(hour, hour + 1));
    await fc.assert(
      fc.asyncProperty(rows, running, fc.boolean(), async (ledger, runs, recorded) => {
        // recorded ones may overlap, be empty and lie in each other
        const grid = await read(ledger, runs, recorded ? undefined : hours);
        const intervals = grid.rows.map(({ interval }) => interval);
        if (intervals.length === 0) return;
        for (const [index, { resource, reached }] of grid.resources.entries())
          expect(grid.rows.map(({ cells }) => cells[index])).toEqual(
            plainColumn({
              resource,
              reached,
              intervals,
              rows: ledger.filter((row) => row.resource === resource),
              running: runs,
            }),
          );
      }),
      { numRuns: 1000 },
    );
  });

  test('asks for the ledger of a source once, and for a resource alone where only that is wanted', async () => {
    const dataset = datasetOf([]);
    const grid = (resources?: readonly string[]) =>
      readGrid({ entry: entry!, dataset, query: { resources }, running: [], now: new Date(at(99)) });
    await grid();
    await grid(['plain']);
    expect(dataset.asked).toEqual([{ source: 's' }, { source: 's', resource: 'plain' }]);
  });
});
