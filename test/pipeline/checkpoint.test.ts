import { existsSync, mkdirSync, readdirSync, readFileSync, truncateSync, utimesSync } from 'node:fs';
import path from 'node:path';
import { TidemarkError } from '../../src/errors';
import { incremental, resource, transformer } from '../../src/index';
import type { LoadRequest } from '../../src/pipeline';
import { Checkpoint } from '../../src/pipeline/checkpoint/checkpoint';
import { sweepCheckpoints } from '../../src/pipeline/checkpoint/sweep';
import { loadResources } from '../../src/pipeline/load-resources';
import { day, days, freshPlace, temporaryFolder } from './harness';
import { sourceOf } from './sources';

const folder = temporaryFolder();
const silent = { debug() {}, info() {}, warn() {}, error() {} };

interface Row {
  readonly id: number;
  readonly at: string;
  readonly lines: readonly { readonly sku: string }[];
}

/** Pages of three rows, the first of each being the last of the page before. */
const pageOf = (number: number): Row[] =>
  [0, 1, 2].map((row) => {
    const id = number * 2 + row;
    return { id, at: new Date(Date.UTC(2024, 0, 1, id + 1)).toISOString(), lines: [{ sku: `s${id}` }] };
  });

const PAGES = 5;
let files = 0;

/** A resource of five pages that can break at a place, with a transformer; notes the pages that it was asked for. */
function shop(options: { readonly everyPages?: number; readonly limit?: number } = {}) {
  const asked: number[] = [];
  const world: { breakAt: number | undefined; error: () => Error } = {
    breakAt: undefined,
    error: () => new Error('the source is gone'),
  };
  const at = incremental({
    cursor: 'at',
    type: 'iso',
    initialValue: '2024-01-01T00:00:00Z',
    allowExternalSchedulers: true,
  });
  const orders = resource({
    name: 'orders',
    primaryKey: 'id',
    params: { region: 'eu' },
    initialState: { pages: [] as number[] },
    incremental: { at },
    resumable: { everyPages: options.everyPages ?? 1 },
    ...(options.limit !== undefined && { addLimit: { rows: options.limit } }),
    async *extract({ state, sourceState, resumeFrom, checkpoint }) {
      for (let number = Number(resumeFrom ?? 0); number < PAGES; number++) {
        if (number === world.breakAt) throw world.error();
        asked.push(number);
        yield pageOf(number);
        state.pages.push(number);
        sourceState['last'] = number;
        await checkpoint(String(number + 1));
      }
    },
  });
  const lines = transformer({
    name: 'lines',
    from: orders,
    async *extract({ items }) {
      for (const { id, lines: all } of items) yield all.map(({ sku }) => ({ sku, order: id }));
    },
  });
  const place = freshPlace(path.join(folder));
  const workDir = path.join(folder, `work-${++files}`);
  const checkpoints = path.join(workDir, 'checkpoints');
  const source = sourceOf('shop', [orders, lines]);
  const ids: string[] = [];
  const load = async (changes: Partial<LoadRequest> = {}) => {
    asked.length = 0;
    await using p = place.pipeline({ workDir });
    const { info } = await loadResources(p, {
      source,
      loadKey: 'key',
      mode: 'incremental',
      log: silent,
      onCheckpoint: (id) => ids.push(id),
      ...changes,
    });
    return info.resources;
  };
  /** What the load left, ids and times apart. */
  const left = async () => ({
    orders: await place.read('select id, "at" from data.orders order by id'),
    nested: await place.read('select sku from data.orders__lines order by sku'),
    lines: await place.read('select sku, "order" from data.lines order by sku'),
    ledger: await place.read(
      "select resource, rows, status from data._tidemark_intervals where status = 'loaded' order by resource",
    ),
  });
  const state = async () => {
    await using p = place.pipeline({ workDir });
    const dataset = await p.openDataset();
    const { state: stored } = await dataset.snapshot('shop');
    await dataset.close();
    return stored?.sources?.['shop'];
  };
  return { asked, world, source, orders, load, left, state, workDir, checkpoints, ids };
}

const folders = (at: string): string[] => (existsSync(at) ? readdirSync(at) : []);

async function undisturbed(changes: Partial<LoadRequest> = {}, options: Parameters<typeof shop>[0] = {}) {
  const one = shop(options);
  await one.load(changes);
  return { left: await one.left(), state: await one.state() };
}

describe('a resumable load that failed in the middle', () => {
  test.each([
    ['from the stored cursor', {}],
    ['of a data interval', { mode: 'interval', interval: days(1, 2), now: undefined }],
  ])('goes on from its last token, %s, and leaves what an undisturbed one leaves', async (_, changes) => {
    const request = changes as Partial<LoadRequest>;
    const expected = await undisturbed(request);
    const { asked, world, load, left, state, checkpoints, ids } = shop();
    world.breakAt = 3;
    expect(await load(request)).toMatchObject([{ status: 'failed' }, { status: 'failed' }]);
    expect(ids).toHaveLength(3);
    expect(folders(checkpoints)).toHaveLength(1);
    world.breakAt = undefined;
    const reports = await load(request);
    expect(asked).toEqual([3, 4]);
    expect(reports).toMatchObject([
      { resource: 'orders', status: 'loaded', rows: 11 },
      { resource: 'lines', status: 'loaded', rows: 11 },
    ]);
    expect({ left: await left(), state: await state() }).toEqual(expected);
    expect(folders(checkpoints)).toEqual([]);
  });

  test('goes on from the last checkpoint that was due, not from each', async () => {
    const { asked, world, load, left } = shop({ everyPages: 2 });
    world.breakAt = 3;
    await load();
    world.breakAt = undefined;
    await load();
    expect(asked).toEqual([2, 3, 4]);
    expect((await left()).orders).toHaveLength(11);
  });

  test('keeps to its limit of rows over all attempts', async () => {
    const expected = await undisturbed({}, { limit: 8 });
    const { world, load, left, state } = shop({ limit: 8 });
    world.breakAt = 2;
    await load();
    world.breakAt = undefined;
    await load();
    expect({ left: await left(), state: await state() }).toEqual(expected);
    expect((await left()).orders).toHaveLength(8);
  });

  test('can fail and go on any number of times', async () => {
    const expected = await undisturbed();
    const { asked, world, load, left, state } = shop();
    for (const breakAt of [1, 2, 4, 4]) {
      world.breakAt = breakAt;
      await load();
    }
    expect(asked).toEqual([]);
    world.breakAt = undefined;
    await load();
    expect(asked).toEqual([4]);
    expect({ left: await left(), state: await state() }).toEqual(expected);
  });
});

describe('a checkpoint is discarded, and the load starts again,', () => {
  async function broken() {
    const one = shop();
    one.world.breakAt = 3;
    await one.load();
    one.world.breakAt = undefined;
    return one;
  }

  test('where another range is asked for', async () => {
    const { asked, load } = await broken();
    await load({ mode: 'interval', interval: { start: day(1), end: day(1, 5) } });
    expect(asked[0]).toBe(0);
  });

  test('where an argument is bound to another value', async () => {
    const { asked, source, load } = await broken();
    await load({ source: source.bind({ orders: { region: 'us' } } as never) });
    expect(asked[0]).toBe(0);
  });

  test('where another load stored a state meanwhile', async () => {
    const { asked, load } = await broken();
    await load({ loadKey: 'another' });
    await load();
    expect(asked[0]).toBe(0);
  });

  test('where another generation began', async () => {
    const { asked, load } = await broken();
    await load({ loadKey: 'another', fullRefresh: true });
    await load();
    expect(asked[0]).toBe(0);
  });

  test('where its pages are not as they were written', async () => {
    const { asked, load, left, checkpoints } = await broken();
    const [own] = folders(checkpoints);
    const pages = folders(path.join(checkpoints, own!)).find((name) => name.endsWith('.bin'))!;
    truncateSync(path.join(checkpoints, own!, pages), 10);
    await load();
    expect(asked).toEqual([0, 1, 2, 3, 4]);
    expect((await left()).orders).toHaveLength(11);
  });

  test('where the source refuses the token, within the same attempt', async () => {
    const { asked, world, load, left } = await broken();
    world.breakAt = 3;
    world.error = () => {
      world.breakAt = undefined;
      return new TidemarkError('HTTP_STATUS', '410: the link is too old', { retryable: false });
    };
    expect(await load()).toMatchObject([{ status: 'loaded', rows: 11 }, { status: 'loaded' }]);
    expect(asked).toEqual([0, 1, 2, 3, 4]);
    expect((await left()).orders).toHaveLength(11);
  });

  test('where nobody went on with it for a week', async () => {
    const checkpoints = path.join(folder, 'old-checkpoints');
    for (const name of ['old', 'young']) mkdirSync(path.join(checkpoints, name), { recursive: true });
    const eightDaysAgo = Date.now() / 1000 - 8 * 86_400;
    utimesSync(path.join(checkpoints, 'old'), eightDaysAgo, eightDaysAgo);
    await sweepCheckpoints(checkpoints);
    expect(folders(checkpoints)).toEqual(['young']);
  });
});

test('a run that draws its own key keeps no checkpoints', async () => {
  const { world, load, checkpoints } = shop();
  world.breakAt = 3;
  await load({ loadKey: undefined as never });
  expect(folders(checkpoints)).toEqual([]);
});

test('a checkpoint holds no more than one moment: what comes after the token is not in it', async () => {
  const { world, load, checkpoints } = shop({ everyPages: 2 });
  world.breakAt = 3;
  await load();
  const [own] = folders(checkpoints);
  const head = JSON.parse(readFileSync(path.join(checkpoints, own!, 'checkpoint.json'), 'utf8'));
  expect(head).toMatchObject({ version: 1, token: '2', segments: [{ sha256: expect.any(String) }] });
});

describe('an author’s slip', () => {
  const run = async (one: ReturnType<typeof resource>) => {
    await using p = freshPlace(folder).pipeline();
    const { info } = await loadResources(p, { source: sourceOf('shop', [one]), loadKey: 'k', log: silent });
    return info.resources[0]?.error;
  };

  test('a checkpoint before its page is refused, since the page would be lost', async () => {
    const error = await run(
      resource({
        name: 'orders',
        resumable: true,
        async *extract({ checkpoint }) {
          await checkpoint('1');
          yield [{ id: 1 }];
        },
      }),
    );
    expect(error).toMatchObject({
      code: 'RESOURCE_INVALID',
      message: expect.stringContaining('after the yield'),
    });
  });

  test('a checkpoint of a resource that isn’t resumable is refused', async () => {
    const error = await run(
      resource({
        name: 'orders',
        async *extract({ checkpoint }) {
          yield [{ id: 1 }];
          await checkpoint('1');
        },
      }),
    );
    expect(error).toMatchObject({
      code: 'RESOURCE_INVALID',
      message: expect.stringContaining('resumable: true'),
    });
  });

  test('a token that is no text, and a pace that can’t be', async () => {
    const error = await run(
      resource({
        name: 'orders',
        resumable: true,
        async *extract({ checkpoint }) {
          yield [{ id: 1 }];
          await checkpoint(undefined as never);
        },
      }),
    );
    expect(error).toMatchObject({
      code: 'RESOURCE_INVALID',
      message: expect.stringContaining('"undefined"'),
    });
    expect(() => resource({ name: 'o', resumable: { everyPages: 0 }, extract: () => [] })).toThrow(
      'everyPages "0"',
    );
  });
});

test('rows that are no plain data are loaded without checkpoints, and the log says so', async () => {
  const warnings: unknown[] = [];
  class Money {
    readonly amount = 1;
  }
  const one = resource({
    name: 'orders',
    resumable: { everyPages: 1 },
    async *extract({ checkpoint }) {
      yield [{ id: 1, price: new Money() }];
      await checkpoint('1');
    },
  });
  await using p = freshPlace(folder).pipeline();
  const log = { ...silent, warn: (...said: unknown[]) => warnings.push(said) };
  const { info } = await loadResources(p, { source: sourceOf('shop', [one]), loadKey: 'k', log });
  expect(info.resources).toMatchObject([{ status: 'loaded', rows: 1 }]);
  expect(warnings).toMatchObject([
    [expect.stringContaining('no more checkpoints'), { error: expect.stringContaining('"Money"') }],
  ]);
});

test('an earlier attempt that still runs writes no checkpoint once a later one has opened it', async () => {
  const at = path.join(folder, 'two-writers');
  const open = () =>
    Checkpoint.open({
      folder: at,
      fingerprint: 'same',
      pace: { everySeconds: 0, everyPages: 1 },
      resource: 'orders',
      states: { resources: { orders: {} }, source: {} },
      log: silent,
    });
  const page = (id: number) => ({ resource: 'orders', rows: [{ id }], yielded: 1, bytes: 0 });
  const early = await open();
  early.keep(page(1));
  await early.save('after 1');
  const late = await open();
  expect(late.token).toBe('after 1');
  early.keep(page(2));
  await early.save('after 2, of the early one');
  late.keep(page(2));
  await late.save('after 2');
  await Promise.all([early.close(), late.close()]);
  const third = await open();
  expect(third.token).toBe('after 2');
  const ids: unknown[] = [];
  for await (const { rows } of third.replay()) ids.push(...rows);
  expect(ids).toEqual([{ id: 1 }, { id: 2 }]);
  await third.discard();
  expect(existsSync(at)).toBe(false);
});
