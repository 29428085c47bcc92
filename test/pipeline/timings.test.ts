import { defineSource, transformer } from '../../src';
import type { LoadTimings } from '../../src/contracts';
import { LoadClock, sumTimings } from '../../src/pipeline/load-clock';
import { json, script } from '../http/scripted-server';
import { freshPlace, gate, temporaryFolder } from './harness';
import { resource, sourceOf } from './sources';

const folder = temporaryFolder();

/** What the parts of a load come to may differ from the whole by what each is rounded by. */
function expectWhole({ totalMs, phasesMs }: LoadTimings): void {
  const parts = Object.values(phasesMs);
  const sum = parts.reduce((total, ms) => total + ms, 0);
  expect(Math.abs(sum - totalMs)).toBeLessThanOrEqual(13);
  for (const ms of parts) expect(Number.isSafeInteger(ms) && ms > 0).toBe(true);
}

describe('the timings of a load', () => {
  test('have its requests, what it waited for and its commit; parts come to the whole', async () => {
    const { url } = await script(
      json({}, 429, { 'retry-after': '0' }),
      json({ items: [{ id: 1 }, { id: 2 }], next: 2 }),
      json({ items: [{ id: 3, lines: [{ n: 1 }] }] }),
    );
    const source = defineSource({
      name: 'shop',
      http: () => ({ baseUrl: url }),
      resources: () => [
        resource({
          name: 'items',
          async *extract({ http }) {
            for (const page of [1, 2])
              yield (await http.get<{ items: object[] }>(`/items?page=${page}`)).items;
          },
        }),
      ],
    })();
    await using shop = freshPlace(folder).pipeline();
    const info = await shop.run(source);
    const timings = info.resources[0]!.timings!;
    expectWhole(timings);
    expect(timings.http).toMatchObject({ requests: 3, bytes: expect.any(Number) });
    expect(timings.http!.bytes).toBeGreaterThan(40);
    const waited = Object.values(timings.http!.waitingMs).reduce((sum, ms) => sum + ms, 0);
    expect(waited).toBeGreaterThanOrEqual(190);
    expect(timings.phasesMs.extract).toBeGreaterThanOrEqual(190);
    expect(info.timings).toEqual(timings);
    expect(JSON.parse(JSON.stringify(info)).timings).toEqual(timings);
    expect(JSON.stringify(timings).length).toBeLessThan(600);
  });

  test('are told of the first of the resources that were committed together, and not of one that failed', async () => {
    const items = resource({ name: 'items', extract: () => [[{ id: 1 }]] });
    const parts = transformer({ name: 'parts', from: items, extract: () => [{ part: 1 }] });
    const broken = resource({
      name: 'broken',
      extract: () => {
        throw new Error('no');
      },
    });
    await using shop = freshPlace(folder).pipeline();
    const failure = (await shop.run(sourceOf('shop', [items, parts, broken])).catch((error) => error)) as {
      info: { resources: { resource: string; timings?: LoadTimings }[]; timings?: LoadTimings };
    };
    const of = (name: string) => failure.info.resources.find(({ resource }) => resource === name)!.timings;
    expect(of('items')).toBeDefined();
    expect(of('items')!.http).toBeUndefined();
    expect([of('parts'), of('broken')]).toEqual([undefined, undefined]);
    expect(failure.info.timings).toEqual(of('items'));
  });

  test('have the wait for another load of the same resource', async () => {
    const place = freshPlace(folder);
    const [begun, held] = [gate(), gate()];
    const slow = resource({
      name: 'items',
      async extract() {
        begun.open();
        await held.opened;
        return [[{ id: 1 }]];
      },
    });
    await using shop = place.pipeline();
    const first = shop.run(sourceOf('shop', [slow]));
    await begun.opened;
    const waits = gate();
    const { ended } = LoadClock.prototype;
    jest.spyOn(LoadClock.prototype, 'ended').mockImplementation(function (this: LoadClock, phase) {
      ended.call(this, phase);
      if (phase === 'begin') waits.open();
    });
    const second = shop.run(sourceOf('shop', [resource({ name: 'items', extract: () => [[{ id: 2 }]] })]));
    await waits.opened;
    const { now } = performance;
    jest.spyOn(performance, 'now').mockImplementation(() => now.call(performance) + 5000);
    held.open();
    const [, info] = await Promise.all([first, second]);
    jest.restoreAllMocks();
    expect(info.timings!.phasesMs.turn).toBeGreaterThanOrEqual(5000);
  });
});

describe('a clock of a load', () => {
  let now = 0;
  beforeEach(() => {
    now = 1000;
    jest.spyOn(performance, 'now').mockImplementation(() => now);
  });
  afterEach(() => jest.restoreAllMocks());
  const pass = (ms: number): void => {
    now += ms;
  };

  test('puts what was begun in vain together, but for the wait', () => {
    const clock = new LoadClock();
    pass(5);
    clock.ended('turn');
    pass(10);
    clock.ended('extract');
    pass(20);
    clock.again();
    pass(7.4);
    clock.ended('extract');
    pass(0.3);
    clock.ended('finish');
    expect(clock.timings()).toEqual({
      totalMs: 43,
      phasesMs: { turn: 5, again: 30, extract: 7 },
      http: undefined,
    });
  });

  test('is summed up with others', () => {
    const clock = new LoadClock();
    pass(5);
    clock.ended('extract');
    clock.answered(3);
    clock.received(100);
    clock.parsed(1);
    clock.waited('backoff', 2);
    const plain = { totalMs: 2, phasesMs: { extract: 1, insert: 1 }, http: undefined };
    expect(sumTimings([])).toBeUndefined();
    expect(sumTimings([clock.timings(), plain, clock.timings()])).toEqual({
      totalMs: 12,
      phasesMs: { extract: 11, insert: 1 },
      http: { requests: 2, bytes: 200, answeringMs: 6, parsingMs: 2, waitingMs: { backoff: 4 } },
    });
  });
});
