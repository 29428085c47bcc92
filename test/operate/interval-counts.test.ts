import fc from 'fast-check';
import { formatInstant, tickCounter } from '../../src/interval';
import { coverageOf, type Gap, type LedgerRow } from '../../src/ledger';
import { readGrid } from '../../src/operate/grid';
import { countGaps, freshnessOf, rememberingCount } from '../../src/operate/interval-counts';
import { type ResourceSummary, readIntervals } from '../../src/operate/intervals';
import { timetableOf } from '../../src/plan';
import { fakeConfig, fakePipeline, fakeSource } from '../temporal/fake-engine';

function entryOf(schedule: {
  cron: string;
  timezone?: string;
  startDate?: string;
  endDate?: string;
  catchup?: boolean;
}) {
  const [entry] = fakeConfig([
    {
      pipeline: fakePipeline('p'),
      source: () => fakeSource('s', ['joined']),
      schedule: { timezone: 'Europe/Berlin', ...schedule },
    },
  ]).pipelines;
  return entry!;
}

const HOUR_MS = 3_600_000;
/** Berlin's clocks change on 31 March 2024. */
const at = (hour: number): string => formatInstant(Date.UTC(2024, 2, 27, 23) + hour * HOUR_MS);

function ledgerRow(from: number, to: number, status: LedgerRow['status']): LedgerRow {
  return {
    ...{ pipeline: 'p', source: 's', resource: 'joined', generation: 0, rows: 0, load_key: '', status },
    ...{ interval_start: at(from), interval_end: at(to), cursor_start: null, cursor_end: null },
    ...{ load_id: null, error_code: null, error: null, workflow_id: null, run_id: null, attempt: null },
    committed_at: at(999),
  };
}

describe('gaps are counted in intervals', () => {
  test('as the grid shows them, each interval once', async () => {
    const rows = fc.array(
      fc
        .record({
          from: fc.integer({ min: -20, max: 200 }),
          length: fc.constantFrom(0.5, 3, 23, 24, 25, 60),
          status: fc.constantFrom(...(['loaded', 'loaded', 'failed', 'cancelled', 'superseded'] as const)),
        })
        .map(({ from, length, status }) => ledgerRow(from, from + length, status)),
      { maxLength: 14 },
    );
    const cron = fc.constantFrom('@daily', '@hourly', '@every 7h', '0 6 * * 1,3,5');
    await fc.assert(
      fc.asyncProperty(rows, cron, async (ledger, text) => {
        const entry = entryOf({ cron: text, startDate: '2024-03-28', endDate: '2024-04-04', catchup: true });
        const dataset = {
          ledger: () => Promise.resolve(ledger),
          coverage: () => Promise.reject(new Error('the whole ledger was read')),
        };
        const reading = { entry, dataset, query: {}, now: new Date(at(500)) };
        const grid = await readGrid({ ...reading, running: [] });
        const shown = new Map<string, number>();
        for (const { cells } of grid.rows)
          for (const { cause } of cells)
            if (cause !== undefined) shown.set(cause, (shown.get(cause) ?? 0) + 1);
        const [joined] = await readIntervals(reading);
        const counted = countGaps(joined!.gaps, rememberingCount(entry.schedule!));
        expect(new Map([...counted].filter(([, count]) => count > 0))).toEqual(shown);
        expect(Math.min(0, ...counted.values())).toBe(0);
      }),
      { numRuns: 150 },
    );
  });

  test('of years of minutes, without a walk over them', () => {
    const entry = entryOf({ cron: '* * * * *', timezone: 'UTC', startDate: '2004-01-01', catchup: true });
    const timetable = timetableOf(entry.schedule!);
    let asked = 0;
    const count = (span: Parameters<ReturnType<typeof tickCounter>>[0]): number => {
      asked += 1;
      return tickCounter(timetable.cron)(span);
    };
    const { gaps } = coverageOf([], { start: '2004-01-01T00:00:00Z', end: '2024-01-01T00:00:00Z' });
    expect([...countGaps(gaps, count)]).toEqual([['never-planned', (20 * 365 + 5) * 24 * 60]]);
    expect(asked).toBeLessThan(5);
  });
});

describe('freshness', () => {
  const summary = (loadedUntil: string | undefined, reached = true): ResourceSummary => {
    const gaps: readonly Gap[] = [];
    return { source: 's', resource: 'r', loads: 0, rows: 0, loadedUntil, reached, expected: true, gaps };
  };
  const freshness = (
    schedule: Parameters<typeof entryOf>[0],
    resources: readonly ResourceSummary[],
    now = '2024-02-01T12:00:00Z',
  ) => {
    const entry = entryOf(schedule);
    const timetable = timetableOf(entry.schedule!);
    return freshnessOf(timetable, resources, {
      now: new Date(now),
      count: rememberingCount(entry.schedule!),
    });
  };
  const days = { cron: '@daily', startDate: '2024-01-01', catchup: true };
  const expectedUntil = '2024-01-31T23:00:00Z';

  test('is that of the resource that is least far, of those that an interval reaches', () => {
    const resources = [summary(expectedUntil), summary('2024-01-28T23:00:00Z'), summary(undefined, false)];
    expect(freshness(days, resources)).toEqual({
      loadedUntil: '2024-01-28T23:00:00Z',
      expectedUntil,
      intervalsBehind: 3,
    });
    expect(freshness(days, [summary(expectedUntil, false)])).toMatchObject({ intervalsBehind: 0 });
  });

  test('counts intervals of which a part is not loaded, and none that is ahead', () => {
    expect(freshness(days, [summary('2024-01-29T12:00:00Z')])).toMatchObject({ intervalsBehind: 3 });
    expect(freshness(days, [summary('2024-02-01T12:00:00Z')])).toMatchObject({ intervalsBehind: 0 });
    expect(freshness(days, [summary('2023-01-01T00:00:00Z')])).toMatchObject({ intervalsBehind: 31 });
  });

  test('where a resource has nothing, is behind by all of the past, or by the newest where nobody expects that', () => {
    const nothing = [summary(expectedUntil), summary(undefined)];
    expect(freshness(days, nothing)).toEqual({ loadedUntil: undefined, expectedUntil, intervalsBehind: 31 });
    expect(freshness({ ...days, catchup: false }, nothing)).toMatchObject({ intervalsBehind: 1 });
    expect(freshness({ cron: '@daily' }, nothing)).toMatchObject({ intervalsBehind: 1 });
  });

  test('ends with the schedule, and is none before its first interval is complete', () => {
    const ended = { ...days, endDate: '2024-01-10' };
    expect(freshness(ended, [summary('2024-01-08T23:00:00Z')])).toEqual({
      loadedUntil: '2024-01-08T23:00:00Z',
      expectedUntil: '2024-01-10T23:00:00Z',
      intervalsBehind: 2,
    });
    expect(freshness({ ...days, startDate: '2024-02-01' }, [summary(undefined)])).toBeUndefined();
  });
});
