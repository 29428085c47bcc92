import { AssertionError } from 'node:assert';
import { shop } from '../../examples/testing/shop';
import { order, startShop, TOKEN } from '../../examples/testing/shop-api';
import { bearer, defineSource, incremental, nextLink, resource } from '../../src';
import { checkSource, type Emulator, type TestSource, testClock } from '../../src/testing';

const clock = testClock('2024-03-09T00:00:00Z');
const orders = [order(1, 1), order(2, 1), order(3, 2), order(4, 3), order(5, 3), order(6, 4)];
let api: Emulator;
beforeAll(async () => {
  api = await startShop(orders, clock);
});
afterAll(() => api.close());
const days = [1, 2, 3].map((day) => ({
  start: `2024-03-0${day}T00:00:00Z`,
  end: `2024-03-0${day + 1}T00:00:00Z`,
}));

const updatedAt = (options: { allowExternalSchedulers?: boolean; rangeEnd?: 'closed' } = {}) =>
  incremental({
    cursor: 'updated_at',
    type: 'iso',
    initialValue: '2024-01-01T00:00:00Z',
    allowExternalSchedulers: true,
    ...options,
  });
type Extract = (
  ask: () => AsyncIterable<{ orders: readonly Record<string, unknown>[] }>,
) => AsyncIterable<readonly Record<string, unknown>[]>;
/** The shop's orders as an author who errs would extract them. */
const flawed = (
  extract: Extract,
  { cursor = updatedAt(), retries = 5 }: { cursor?: ReturnType<typeof updatedAt>; retries?: number } = {},
): TestSource =>
  defineSource({
    name: 'flawed',
    http: () => ({ baseUrl: api.url, auth: bearer(TOKEN), retries }),
    resources: () => [
      resource({
        name: 'orders',
        incremental: { updatedAt: cursor },
        extract: ({ http }) => extract(() => http.pages('/v1/orders', { next: nextLink('next') }) as never),
      }),
    ],
  })();
const asTheyCome: Extract = async function* (ask) {
  for await (const page of ask()) yield page.orders;
};
const twoDays = days.slice(0, 2);
/** Names of the checks that a source doesn't pass. */
const failed = async (source: TestSource): Promise<readonly string[]> => {
  const report = await checkSource(source, { intervals: twoDays, clock, api });
  return report.checks.filter(({ status }) => status === 'failed').map(({ name }) => name);
};
const BREAKS = 'a load of an interval that breaks at its last item loses nothing when it is made again';

describe('checkSource', () => {
  test('a source that keeps to its range passes every check, and the clock stands where it stood', async () => {
    const source = shop({ token: TOKEN, baseUrl: api.url });
    const report = await checkSource(source, { intervals: days, clock, api });
    expect(report.checks.filter(({ status }) => status !== 'passed')).toEqual([]);
    expect(report.checks).toHaveLength(10);
    report.expectPassed();
    expect(String(report).split('\n')[0]).toBe(
      '✓ the intervals one by one hold the rows of one load of the whole range',
    );
    expect(clock.now()).toBe(Date.parse('2024-03-09T00:00:00Z'));
    // the days were asked for one by one, and a later day with what was known of the one before it
    const asked = api.requests.map(({ query }) => query.get('updated_from'));
    expect(new Set(asked)).toEqual(
      new Set([
        ...days.map(({ start }) => start.replace('Z', '+00:00')),
        '2024-01-01T00:00:00Z',
        '2024-03-01T12:00:00Z',
        '2024-03-02T12:00:00Z',
      ]),
    );
  });

  test('a source that does not join the interval brings every row each time', async () => {
    const report = await checkSource(
      resource({
        name: 'all',
        *extract() {
          yield orders;
        },
      }),
      { intervals: twoDays, api },
    );
    expect(report.passed).toBe(false);
    const [first] = report.checks;
    expect(first).toMatchObject({ status: 'failed' });
    expect(first?.problem).toMatch(/^all: not expected: \{ id: 1,/m);
    expect(first?.problem).toContain('all: not expected: 1 more');
    const skipped = report.checks.filter(({ status }) => status === 'skipped');
    expect(skipped.map(({ problem }) => problem)).toEqual(
      Array(4).fill('The source did not ask the emulator that is given as "api".'),
    );
    try {
      report.expectPassed();
      throw new Error('it passed');
    } catch (error) {
      expect(error).toBeInstanceOf(AssertionError);
      expect(String(error)).toContain('✗ the intervals one by one');
    }
  });

  test('a source that swallows a failure loses what came after it', async () => {
    const swallowing: Extract = async function* (ask) {
      try {
        for await (const page of ask()) yield page.orders;
      } catch {}
    };
    expect(await failed(flawed(swallowing, { retries: 0 }))).toEqual([
      'an answer that is an error 500 loses and doubles nothing',
      'an answer that never comes loses and doubles nothing',
      'an answer that breaks off loses and doubles nothing',
      'an answer that is half a JSON text loses and doubles nothing',
    ]);
    expect(await failed(flawed(asTheyCome, { retries: 0 }))).toEqual([]);
  });

  test('a source that keeps what it saw in a variable loses rows when it is run again', async () => {
    const seen = new Set<number>();
    const remembering = resource({
      name: 'all',
      primaryKey: 'id',
      incremental: { updatedAt: updatedAt() },
      *extract() {
        yield orders.filter(({ id }) => !seen.has(id));
        for (const { id } of orders) seen.add(id);
      },
    });
    const report = await checkSource(remembering, { intervals: twoDays });
    const [oneByOne] = report.checks;
    expect(oneByOne).toMatchObject({ status: 'failed' });
    expect(report.checks.find(({ name }) => name === BREAKS)?.problem).toMatch(/did not break/);
  });

  test('a source whose intervals both hold their border can not be loaded one by one, and the report says why', async () => {
    const noon = [1, 2].map((day) => ({
      start: `2024-03-0${day}T12:00:00Z`,
      end: `2024-03-0${day + 1}T12:00:00Z`,
    }));
    const source = flawed(asTheyCome, { cursor: updatedAt({ rangeEnd: 'closed' }) });
    const report = await checkSource(source, { intervals: noon });
    expect(report.checks[0]).toMatchObject({ status: 'failed' });
    expect(report.checks[0]?.problem).toMatch(/orders.*overlaps.*\[INTERVAL_OVERLAP\]/);
  });

  test('refuses intervals that leave nothing to compare, and what is no source', async () => {
    const source = shop({ token: TOKEN, baseUrl: api.url });
    const [one, two, three] = days as [(typeof days)[0], (typeof days)[0], (typeof days)[0]];
    const check = (intervals: typeof days) => checkSource(source, { intervals });
    await expect(check([one])).rejects.toThrow(/two intervals at least/);
    await expect(check([one, three])).rejects.toThrow(/does not begin where the one before it ends/);
    await expect(check([two, one])).rejects.toThrow(/oldest first/);
    const early = (day: number) => ({
      start: `2023-01-0${day}T00:00:00Z`,
      end: `2023-01-0${day + 1}T00:00:00Z`,
    });
    await expect(check([early(1), early(2)])).rejects.toThrow(/nothing to compare/);
    await expect(checkSource(shop as never, { intervals: days })).rejects.toThrow(/Call the source function/);
    await expect(checkSource(source, { interval: days } as never)).rejects.toThrow(/"intervals"/);
    const half = { start: '2024-03-01T00:00:00Z', end: '2024-03-01T06:00:00Z' };
    const rest = { start: '2024-03-01T06:00:00Z', end: '2024-03-02T00:00:00Z' };
    const report = await check([half, rest]);
    expect(report.checks[0]?.problem).toMatch(/Only one of the intervals brought rows/);
    // without an emulator its checks are skipped, and said to be
    expect(report.checks.filter(({ status }) => status === 'skipped')).toHaveLength(4);
    expect(String(report)).toContain('Pass the emulator that the source asks as "api".');
  });
});
