import { mkdirSync, readFileSync, truncateSync, utimesSync } from 'node:fs';
import path from 'node:path';
import { TidemarkError } from '../../src/errors';
import type { LoadRequest } from '../../src/pipeline';
import { sweepCheckpoints } from '../../src/pipeline/checkpoint/sweep';
import { day, days } from './harness';
import { folder, folders, shop, undisturbed } from './resumable-shop';

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
    await load({ range: { mode: 'interval', interval: { start: day(1), end: day(1, 5) } } });
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
