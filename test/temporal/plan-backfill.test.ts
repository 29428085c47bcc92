import type { BackfillRange, PlanBackfillInput } from '../../src/contracts';
import { type EntryComponent, type LedgerGap, planBackfillPage } from '../../src/temporal';
import { fakeConfig, fakePipeline, fakeSource } from './fake-engine';

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
) {
  if (entry === undefined) throw new Error('the config has no entry');
  return planBackfillPage({
    entry,
    components: [reached, unreached],
    gaps: () => Promise.resolve(gaps),
    indexed: false,
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

  test('takes ticks together where a number says so, the rest by itself', async () => {
    const planned = await page({ chunk: 4 });
    expect(planned.chunks.map(({ interval }) => [interval.start, interval.end])).toEqual([
      [day(1), day(5)],
      [day(5), day(9)],
      [day(9), day(11)],
    ]);
    expect(planned.chunks[0]?.nominal).toBeUndefined();
  });

  test('nothing ends after the range', async () => {
    expect(starts(await page({ to: '2024-01-03T12:00:00Z' }))).toEqual([1, 2]);
  });
});
