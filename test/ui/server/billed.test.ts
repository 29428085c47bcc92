import { bigquery, duckdb } from '../../../src';
import { destinationOf } from '../../../src/destination';
import type { TidemarkClient } from '../../../src/operate';
import { SharedReader } from '../../../src/ui/shared-reader';
import { Watcher } from '../../../src/ui/watcher';

const MINUTE_MS = 60_000;
const DAY_MS = 1_440 * MINUTE_MS;

/** A watcher of two topics, `overview` being billed, whose clock and findings are the test's. */
function watched() {
  const state = { now: 0, rounds: 0, readings: [] as string[], taskQueue: 'a' };
  const client = {
    config: { temporal: { taskQueue: 'a' }, pipelines: [] },
    // a round asks once; that there is no server, or why it doesn't answer, is its finding
    temporalIfAny: async () => {
      state.rounds += 1;
      if (state.taskQueue !== 'a') throw new RangeError(state.taskQueue);
      return undefined;
    },
  } as unknown as TidemarkClient;
  const watcher = new Watcher(client, {
    topics: () => new Set(['overview', 'pipeline:shop']),
    readAgain: async (topic) => {
      state.readings.push(topic);
      return false;
    },
    tell: () => undefined,
    isBilled: (topic) => topic === 'overview',
    onError: (error) => console.error(error),
    askEveryMs: 1,
    now: () => state.now,
  });
  /** What is read in a round that begins from now on, and in the one after it. */
  const read = async (): Promise<readonly string[]> => {
    state.readings.length = 0;
    const from = state.rounds;
    while (state.rounds < from + 3) await new Promise((resolve) => setTimeout(resolve, 1));
    return [...state.readings];
  };
  return { state, watcher, read };
}

describe('what is billed', () => {
  test('is read again where something happened, once a minute, and never by the clock', async () => {
    const { state, watcher, read } = watched();
    watcher.attend();
    try {
      expect(await read()).toEqual(['overview', 'pipeline:shop']);
      state.now += MINUTE_MS;
      expect(await read()).toEqual(['pipeline:shop']);
      state.now += DAY_MS;
      expect(await read()).toEqual(['pipeline:shop']);
      state.taskQueue = 'not reached';
      expect(await read()).toEqual(['overview', 'pipeline:shop']);
      state.now += MINUTE_MS - 1;
      state.taskQueue = 'a';
      expect(await read()).toEqual(['pipeline:shop']);
      state.now += 1;
      expect(await read()).toEqual(['overview']);
      watcher.wake();
      expect(await read()).toEqual(['overview', 'pipeline:shop']);
    } finally {
      watcher.close();
    }
  });

  test('holds a minute for who asks for it, and nobody reads it in between', async () => {
    let now = 0;
    let reads = 0;
    const reader = new SharedReader(
      () => true,
      () => now,
    );
    const ask = (billed: boolean) =>
      reader.answer({
        key: String(billed),
        topic: 'overview',
        billed,
        read: async () => {
          reads += 1;
          return reads;
        },
      });
    await Promise.all([ask(true), ask(false)]);
    now = MINUTE_MS - 1;
    await Promise.all([ask(true), ask(false)]);
    expect(reads).toBe(2);
    now = MINUTE_MS;
    await Promise.all([ask(true), ask(false)]);
    expect(reads).toBe(3);
  });

  test('is what BigQuery reads, as a pipeline has it', () => {
    expect(destinationOf('shop', bigquery({ projectId: 'acme' })).billsReading).toBe(true);
    expect(destinationOf('shop', duckdb()).billsReading).not.toBe(true);
  });
});
