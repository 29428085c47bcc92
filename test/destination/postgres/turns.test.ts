import { turns } from '../../../src/destination/postgres/turns';
import type { ResultReader } from '../../../src/destination/result-reader';

beforeEach(() => {
  jest.useFakeTimers({ doNotFake: ['nextTick', 'queueMicrotask', 'setImmediate'] });
});
afterEach(() => {
  jest.useRealTimers();
});
async function pass(ms: number): Promise<void> {
  await jest.advanceTimersByTimeAsync(ms);
  await new Promise((resolve) => setImmediate(resolve));
}

const stuck = (): Error => new Error('stuck');

/** A reader that is told by hand when it takes a row, and when it asks the database for more. */
function reader(): ResultReader & { takes(): void; asks(): void } {
  let since: number | undefined = performance.now();
  return {
    waitedForSince: () => since,
    takes: () => {
      since = performance.now();
    },
    asks: () => {
      since = undefined;
    },
  };
}

/** What became of a wait so far. */
function watched(taken: Promise<void>): { readonly state: () => string } {
  let state = 'waits';
  taken.then(
    () => {
      state = 'has its turn';
    },
    ({ message }: Error) => {
      state = message;
    },
  );
  return { state: () => state };
}

test('so many have a turn at a time, the others in the order of asking', async () => {
  const { take, give } = turns({ most: 2, stuckAfter: 1000, stuck });
  const all = [1, 2, 3, 4].map(() => ({}));
  const waits = all.map((turn) => watched(take(turn)));
  const states = async (): Promise<string[]> => {
    await pass(0);
    return waits.map(({ state }) => state());
  };
  const [has, still] = ['has its turn', 'waits'];
  expect(await states()).toEqual([has, has, still, still]);
  give(all[1]!);
  expect(await states()).toEqual([has, has, has, still]);
  // it has ended before
  give(all[1]!);
  expect(await states()).toEqual([has, has, has, still]);
  give(all[0]!);
  expect(await states()).toEqual([has, has, has, has]);
});

test('work is waited for, however long it takes', async () => {
  const { take, give } = turns({ most: 2, stuckAfter: 1000, stuck });
  const work = {};
  await take(work);
  await take({ reader: reader() });
  const { state } = watched(take({}));
  await pass(1_000_000);
  expect(state()).toBe('waits');
  give(work);
  await pass(0);
  expect(state()).toBe('has its turn');
});

test('readers of whom none takes a row are waited for in vain', async () => {
  const { take, give } = turns({ most: 2, stuckAfter: 1000, stuck });
  const first = { reader: reader() };
  await take(first);
  await take({ reader: reader() });
  await pass(5000);
  const { state } = watched(take({}));
  // they may not have known of it
  await pass(999);
  expect(state()).toBe('waits');
  await pass(1);
  expect(state()).toBe('stuck');
  // whoever gave up has no turn that the next one would wait for
  const next = watched(take({}));
  give(first);
  await pass(0);
  expect(next.state()).toBe('has its turn');
});

test('readers who are slow are waited for, and so is the database', async () => {
  const { take } = turns({ most: 2, stuckAfter: 1000, stuck });
  const [idle, slow] = [reader(), reader()];
  await take({ reader: idle });
  await take({ reader: slow });
  const { state } = watched(take({}));
  for (let row = 0; row < 20; row += 1) {
    await pass(900);
    slow.takes();
  }
  slow.asks();
  await pass(100_000);
  expect(state()).toBe('waits');
  slow.takes();
  await pass(999);
  expect(state()).toBe('waits');
  await pass(1001);
  expect(state()).toBe('stuck');
});

test('a reader who could do nothing while the process stood still is not taken for one who waits', async () => {
  const { take } = turns({ most: 1, stuckAfter: 1000, stuck });
  const slow = reader();
  await take({ reader: slow });
  const { state } = watched(take({}));
  setImmediate(slow.takes);
  jest.advanceTimersByTime(1000);
  await pass(0);
  expect(state()).toBe('waits');
  await pass(1000);
  expect(state()).toBe('stuck');
});
