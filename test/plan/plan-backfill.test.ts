import fc from 'fast-check';
import type { BackfillRange, PlanBackfillInput } from '../../src/contracts';
import { type EntryComponent, type LedgerGap, planBackfillPage } from '../../src/plan';
import { fakeConfig, fakePipeline, fakeSource } from '../temporal/fake-engine';

const [entry] = fakeConfig([
  {
    pipeline: fakePipeline('daily'),
    source: () => fakeSource('s', ['r']),
    schedule: { cron: '@daily', startDate: '2024-01-01' },
  },
]).pipelines;

const day = (number: number): string => `2024-01-${String(number).padStart(2, '0')}T00:00:00Z`;
const reached: EntryComponent = {
  source: 's',
  name: 'r',
  resources: [{ name: 'r', joins: true, replaces: false }],
};
const unreached: EntryComponent = {
  source: 's',
  name: 'u',
  resources: [{ name: 'u', joins: false, replaces: false }],
};

async function page(
  range: Partial<BackfillRange>,
  gaps: readonly LedgerGap[] = [{ start: day(1), end: day(31), cause: 'never-planned' }],
  input: Partial<PlanBackfillInput> = {},
  explain = false,
) {
  if (entry === undefined) throw new Error('the config has no entry');
  return planBackfillPage({
    entry,
    components: [reached, unreached],
    gaps: () => Promise.resolve(gaps),
    indexed: false,
    explain,
    input: {
      version: 1,
      pipeline: 'daily',
      kind: 'backfill',
      range: { from: day(1), to: day(11), ...range },
      limit: 100,
      ...input,
    },
  });
}

const starts = ({ chunks }: Awaited<ReturnType<typeof page>>): number[] =>
  chunks.map(({ interval }) => new Date(interval.start).getUTCDate());

describe('the plan of a backfill', () => {
  test('has the ticks of the range, and says how many and what it leaves out', async () => {
    const planned = await page({});
    expect(starts(planned)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    expect(planned).toMatchObject({ total: 10, next: null, leftOut: ['u'] });
    expect(planned.chunks[0]?.nominal).toBe(day(2));
  });

  test('has only what is missing', async () => {
    const gaps = [
      { start: day(3), end: day(5), cause: 'never-planned' },
      { start: day(8), end: day(9), cause: 'failed' },
    ];
    expect(starts(await page({}, gaps))).toEqual([3, 4, 8]);
    expect(starts(await page({ select: 'failed' }, gaps))).toEqual([8]);
    expect(starts(await page({ select: 'all' }, gaps))).toHaveLength(10);
    expect(starts(await page({}, []))).toEqual([]);
  });

  test('comes by pages, oldest or newest first, each once', async () => {
    for (const order of ['oldest', 'newest'] as const) {
      const seen: number[] = [];
      let position: string | undefined;
      do {
        const planned = await page({ order }, undefined, {
          limit: 4,
          ...(position !== undefined && { position }),
        });
        seen.push(...starts(planned));
        position = planned.next ?? undefined;
      } while (position !== undefined);
      const ascending = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10];
      expect(seen).toEqual(order === 'oldest' ? ascending : ascending.reverse());
    }
  });

  test.each([
    ['a number of equal parts', 4, [day(1), '2024-01-03T12:00:00Z', day(6), '2024-01-08T12:00:00Z', day(11)]],
    ['a duration', '4d', [day(1), day(5), day(9), day(11)]],
    ['a unit of the calendar', 'week', [day(1), day(8), day(11)]],
  ])('cuts the range by %s', async (_, chunk, cuts) => {
    const planned = await page({ chunk });
    expect(planned.chunks.map(({ interval }) => [interval.start, interval.end])).toEqual(
      cuts.slice(1).map((end, index) => [cuts[index], end]),
    );
    expect(planned).toMatchObject({ total: cuts.length - 1 });
    expect(planned.chunks[0]?.nominal).toBeUndefined();
  });

  test('of a chunk that is no interval of the schedule only what is missing is run', async () => {
    const gaps = [
      { start: day(2), end: day(3), cause: 'failed' },
      { start: day(4), end: day(7), cause: 'never-planned' },
    ];
    const planned = await page({ chunk: '5d' }, gaps);
    expect(planned.chunks.map(({ interval }) => [interval.start, interval.end])).toEqual([
      [day(2), day(3)],
      [day(4), day(6)],
      [day(6), day(7)],
    ]);
    expect(planned.total).toBe(3);
  });

  test('neighbours are grouped, and stay intervals of their own', async () => {
    const gaps = [
      { start: day(1), end: day(6), cause: 'never-planned' },
      { start: day(8), end: day(9), cause: 'failed' },
    ];
    const planned = await page({ group: 3 }, gaps);
    expect(
      planned.chunks.map(({ interval, intervals }) => [interval.start, interval.end, intervals?.length]),
    ).toEqual([
      [day(1), day(4), 3],
      [day(4), day(6), 2],
      [day(8), day(9), undefined],
    ]);
    expect(planned).toMatchObject({ total: 6, chunks: [{}, {}, { nominal: day(9) }] });
    const newest = await page({ group: 3, order: 'newest' }, gaps);
    expect(newest.chunks.map(({ interval }) => interval.start)).toEqual([day(8), day(3), day(1)]);
    expect(newest.chunks[1]?.intervals?.map(({ start }) => start)).toEqual([day(5), day(4), day(3)]);
  });

  test('says why each is run, where that is asked', async () => {
    const gaps = [{ start: day(3), end: day(5), cause: 'failed' }];
    const planned = await page({}, gaps, {}, true);
    expect(planned.chunks.map(({ why }) => why)).toEqual(['failed: r', 'failed: r']);
  });

  test('however it is cut and paged, from either end, the same is run once', async () => {
    const at = fc
      .integer({ min: 0, max: 400 })
      .map((hour) => new Date(Date.UTC(2024, 2, 25, hour)).toISOString().replace('.000Z', 'Z'));
    const gap = fc
      .tuple(at, at)
      .filter(([a, b]) => a < b)
      .map(([start, end]) => ({ start, end, cause: 'failed' }));
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom('cron', '7h', '1d', 'P1M', 'week', 'month', 5, 37),
        fc.array(gap, { maxLength: 5 }),
        fc.integer({ min: 1, max: 9 }),
        fc.integer({ min: 1, max: 3 }),
        async (chunk, gaps, limit, group) => {
          const range = {
            from: '2024-03-25T05:00:00Z',
            to: '2024-04-09T13:00:00Z',
            chunk,
            select: 'missing' as const,
          };
          const clipped = gaps
            .map(({ start, end, cause }) => ({
              cause,
              start: [start, range.from].sort()[1] ?? '',
              end: [end, range.to].sort()[0] ?? '',
            }))
            .filter(({ start, end }) => start < end);
          const all = await page({ ...range, group }, clipped);
          const expected = all.chunks.flatMap(({ interval, intervals = [interval] }) =>
            intervals.map(({ start }) => start),
          );
          expect(all.total).toBe(expected.length);
          for (const order of ['oldest', 'newest'] as const) {
            const seen: string[] = [];
            let position: string | undefined;
            do {
              const { chunks, next } = await page({ ...range, order, group }, clipped, {
                limit,
                ...(position !== undefined && { position }),
              });
              seen.push(
                ...chunks.flatMap(({ interval, intervals = [interval] }) =>
                  intervals.map(({ start }) => start),
                ),
              );
              position = next ?? undefined;
            } while (position !== undefined);
            expect(seen).toEqual(order === 'oldest' ? expected : expected.toReversed());
          }
        },
      ),
      { numRuns: 60 },
    );
  });

  test('a page of a million chunks costs what is on it', async () => {
    const asked: number[] = [];
    const million = { from: '2024-01-01T00:00:00Z', to: '2025-11-25T10:40:00Z', chunk: '1m' };
    const planned = await planBackfillPage({
      entry: entry as NonNullable<typeof entry>,
      components: [reached],
      gaps: (_, { start, end }) => {
        asked.push((Date.parse(end) - Date.parse(start)) / 60_000);
        return Promise.resolve([{ start, end, cause: 'never-planned' }]);
      },
      indexed: false,
      input: {
        version: 1,
        pipeline: 'daily',
        kind: 'backfill',
        range: million,
        limit: 100,
        position: '2025-01-01T00:00:00Z',
      },
    });
    expect(planned.chunks).toHaveLength(100);
    expect(planned.next).toBe('2025-01-01T01:40:00Z');
    expect(asked).toEqual([400]);
    expect(
      (await page(million, [{ start: million.from, end: million.to, cause: 'never-planned' }])).total,
    ).toBe(1_000_000);
  });

  test('nothing ends after the range', async () => {
    expect(starts(await page({ to: '2024-01-03T12:00:00Z' }))).toEqual([1, 2]);
  });
});
