import { sleepLong } from '../../src/run';

const DAY_MS = 86_400_000;
const LONGEST_MS = 2 ** 31 - 1;

/** What one timer after the other was set to. */
async function timersOf(ms: number): Promise<number[]> {
  const set: number[] = [];
  await sleepLong(ms, new AbortController().signal, (slice) => Promise.resolve(void set.push(slice)));
  return set;
}

test('a sleep of less than a timer can be set to is one timer', async () => {
  expect(await timersOf(0)).toEqual([0]);
  expect(await timersOf(1_000)).toEqual([1_000]);
  expect(await timersOf(LONGEST_MS)).toEqual([LONGEST_MS]);
});

test('a longer one is slept in slices, and is not over at once', async () => {
  const set = await timersOf(60 * DAY_MS);
  expect(Math.max(...set)).toBe(LONGEST_MS);
  expect(set.reduce((sum, slice) => sum + slice, 0)).toBe(60 * DAY_MS);
});

test('an abort ends it', async () => {
  const controller = new AbortController();
  const sleeping = sleepLong(60 * DAY_MS, controller.signal);
  controller.abort(new Error('enough'));
  await expect(sleeping).rejects.toMatchObject({ name: 'AbortError' });
});
