import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { type Resource, resource, transformer } from '../../src';
import { type PipelineConfig, resolveConfig } from '../../src/config';
import { loadWatch } from '../../src/destination';
import { TidemarkError } from '../../src/errors';
import { type Engine, executeRun, previewEntry } from '../../src/run';
import type { Source } from '../../src/source';
import { freshPlace, gate } from '../pipeline/harness';
import { silent } from '../silent-log';
import { entryOf, folder, one, RUN, run, shop } from './local-shop';

describe('for the ledger rows of what was not loaded, a held file', () => {
  /** How long each opening of the dataset would have waited. */
  async function waitsOf(load: Engine['load'], changes: Partial<PipelineConfig>, signal?: AbortSignal) {
    const waits: (number | undefined)[] = [];
    const open: Engine['open'] = () => {
      waits.push(loadWatch()?.lockWaitMs);
      return Promise.reject(new TidemarkError('DESTINATION_LOCKED', 'It is held.'));
    };
    const { entry } = entryOf(
      () =>
        shop(
          one('a', () => []),
          one('b', () => []),
        ),
      changes,
    );
    await executeRun({
      ...{ entry, run: RUN, log: silent, access: { engine: { load, open } } },
      signal: signal ?? new AbortController().signal,
    });
    return waits;
  }

  test('is waited for', async () => {
    expect(await waitsOf(() => Promise.reject(new Error('not today')), {})).toEqual([60_000]);
  });

  test('is not waited for after Ctrl-C', async () => {
    const controller = new AbortController();
    const load = () => {
      controller.abort();
      return Promise.reject(new Error('aborted'));
    };
    expect(await waitsOf(load, {}, controller.signal)).toEqual([0]);
  });

  test('is not waited for again after a load waited in vain', async () => {
    const load = () => Promise.reject(new TidemarkError('DESTINATION_LOCKED', 'It is held.'));
    expect(await waitsOf(load, { triggerRule: 'all_success' })).toEqual([0]);
  });
});

test.each(['none', 'serialize', 'parallel'] as const)(
  'a destination that is held ends a run with decompose %s, which does not wait for it again',
  async (decompose) => {
    let loads = 0;
    const load = () => {
      loads += 1;
      return Promise.reject(new TidemarkError('DESTINATION_LOCKED', 'It is held.'));
    };
    const open = () => Promise.reject(new Error('not to be opened'));
    const { entry } = entryOf(
      () =>
        shop(
          one('a', () => []),
          one('b', () => []),
        ),
      {
        ...{ retries: 3, decompose: decompose === 'parallel' ? { kind: 'parallel', limit: 1 } : decompose },
      },
    );
    const { result } = await executeRun({
      ...{ entry, run: RUN, log: silent, access: { engine: { load, open } } },
      signal: new AbortController().signal,
      sleep: (_ms, signal) => new Promise((_resolve, reject) => signal.addEventListener('abort', reject)),
    });
    expect(loads).toBe(1);
    const error = { code: 'DESTINATION_LOCKED', message: 'It is held.' };
    expect(result.outcomes).toMatchObject([
      { resource: 'a', status: 'failed', error },
      { resource: 'b', status: 'failed', error },
    ]);
  },
);

describe('with decompose none, what was committed before', () => {
  const ledger = "SELECT resource || ' ' || status FROM data._tidemark_intervals ORDER BY 1";
  const first = one('first', () => [[{ id: 1 }]]);

  test('a cancel stays loaded', async () => {
    const controller = new AbortController();
    const second = one('second', async function* () {
      yield [{ id: 1 }];
      controller.abort();
    });
    const { entry, place } = entryOf(() => shop(first, second), { decompose: 'none' });
    const { result } = await run(entry, controller.signal);
    expect(result.outcomes.map(({ status, rows }) => [status, rows])).toEqual([
      ['loaded', 1],
      ['cancelled', 0],
    ]);
    await entry.pipeline.close();
    expect(await place.values(ledger)).toEqual(['first loaded', 'second cancelled']);
  });

  test('a timeout stays loaded', async () => {
    const reached = gate();
    const second = one('second', async function* () {
      yield [{ id: 1 }];
      reached.open();
      await new Promise(() => {});
    });
    const { entry, place } = entryOf(() => shop(first, second), { decompose: 'none', timeout: '960h' });
    const { signal } = new AbortController();
    const sleep = async (ms: number) => {
      expect(ms).toBe(40 * 86_400_000);
      await reached.opened;
    };
    const { result } = await executeRun({ entry, run: RUN, signal, log: silent, sleep });
    expect(result.outcomes).toMatchObject([
      { status: 'loaded', rows: 1 },
      { status: 'failed', error: { code: 'LOAD_TIMEOUT' } },
    ]);
    await entry.pipeline.close();
    expect(await place.values(ledger)).toEqual(['first loaded', 'second failed']);
  });
});

test('whoever watches is told of each attempt that failed, before the next one is waited for', async () => {
  let attempts = 0;
  const events: unknown[] = [];
  const { entry } = entryOf(
    () =>
      shop(
        one('items', () => {
          attempts += 1;
          if (attempts === 1) throw new Error('not today');
          return [[{ id: 1 }]];
        }),
      ),
    { retries: 3, timeout: '1h' },
  );
  await executeRun({
    ...{ entry, run: RUN, log: silent, signal: new AbortController().signal },
    sleep: async (ms) => {
      if (ms === 3_600_000) return new Promise(() => {});
      events.push(ms);
    },
    onAttempt: (task, { phase, attempt, of, error }) =>
      events.push([task, phase, attempt, of, error?.message]),
  });
  expect(events).toEqual([
    ['items', 'loading', 1, undefined, undefined],
    ['items', 'retrying', 1, 4, expect.stringContaining('not today')],
    1_000,
    ['items', 'loading', 2, undefined, undefined],
  ]);
});

describe('what is bound for a run', () => {
  const withParams = (name: string) =>
    resource({ name, params: z.object({ perDay: z.number().default(1) }), extract: () => [] });
  const from = withParams('from');
  const fed = transformer({ name: 'fed', from, extract: ({ items }) => [items] });
  const all = () => shop(from as Resource, fed as Resource, withParams('other') as Resource);

  test('is refused as a whole before anything is loaded, where it does not fit', async () => {
    let loads = 0;
    const { entry } = entryOf(all, { retries: 3 });
    const load = () => {
      loads += 1;
      return Promise.reject(new Error('not to be loaded'));
    };
    const running = executeRun({
      ...{ entry, log: silent, signal: new AbortController().signal },
      run: { ...RUN, bind: { other: { perDya: 1 } } },
      access: { engine: { load, open: load } },
    });
    await expect(running).rejects.toMatchObject({ code: 'PARAM_INVALID' });
    expect(loads).toBe(0);
  });

  test('is bound in a task to what it extracts, a parent that is not loaded too', async () => {
    const bound: unknown[] = [];
    const { entry } = entryOf(all);
    const load: Engine['load'] = (_, { source }) => {
      bound.push(source.allResourceNames.map((name) => source.resource(name).definition.boundParams));
      return Promise.reject(new Error('seen'));
    };
    await executeRun({
      ...{ entry, log: silent, signal: new AbortController().signal },
      run: { ...RUN, resources: ['fed', 'other'], bind: { from: { perDay: 2 }, other: { perDay: 3 } } },
      access: { engine: { load, open: () => Promise.reject(new Error('nothing is written')) } },
    });
    expect(bound).toMatchObject([
      [{ perDay: 2 }, {}, {}],
      [{}, {}, { perDay: 3 }],
    ]);
  });
});

test.each(['fails', 'is cancelled'])(
  'its retries go on from checkpoints; once it %s there are none',
  async (how) => {
    const place = freshPlace(folder);
    const workDir = path.join(folder, `resumed-${how.length}`);
    const controller = new AbortController();
    const asked: unknown[] = [];
    const orders = resource({
      name: 'orders',
      resumable: { everyPages: 1 },
      async *extract({ resumeFrom, checkpoint }) {
        const checkpoints = path.join(workDir, 'checkpoints');
        asked.push([resumeFrom, existsSync(checkpoints) ? readdirSync(checkpoints).length : 0]);
        yield [{ id: 1 }];
        await checkpoint('second');
        if (how === 'is cancelled' && asked.length === 2) controller.abort();
        throw new Error('not today');
      },
    });
    const { pipelines } = resolveConfig({
      pipelines: [
        { pipeline: place.pipeline({ workDir }), source: () => shop(orders) as Source, retries: 1 },
      ],
    });
    const [entry] = pipelines;
    const { result } = await executeRun({
      ...{ entry: entry!, run: RUN, log: silent, signal: controller.signal },
      sleep: (ms, signal) =>
        ms === 1_000
          ? Promise.resolve()
          : new Promise((_resolve, reject) => signal.addEventListener('abort', reject)),
    });
    expect(result.outcomes).toMatchObject([{ status: how === 'fails' ? 'failed' : 'cancelled' }]);
    expect(asked).toEqual([
      [undefined, 0],
      ['second', 1],
    ]);
    expect(readdirSync(path.join(workDir, 'checkpoints'))).toEqual([]);
    await entry!.pipeline.close();
  },
);

test('it hands on what each resource failed of as it was thrown, and nothing that a retry healed', async () => {
  const reason = new TypeError('a name is missing');
  let attempts = 0;
  const { entry } = entryOf(
    () =>
      shop(
        one('healed', () => {
          attempts += 1;
          if (attempts === 1) throw new Error('not yet');
          return [];
        }),
        one('broken', () => {
          throw reason;
        }),
      ),
    { retries: 1 },
  );
  const { causes } = await executeRun({
    ...{ entry, run: RUN, log: silent, signal: new AbortController().signal },
    sleep: (ms, signal) =>
      ms === 1_000
        ? Promise.resolve()
        : new Promise((_resolve, reject) => signal.addEventListener('abort', reject)),
  });
  expect(causes).toEqual([undefined, expect.objectContaining({ code: 'EXTRACT_FAILED', cause: reason })]);
});

test('a preview that failed carries why', async () => {
  const reason = new TypeError('a name is missing');
  const { entry } = entryOf(() =>
    shop(
      one('broken', () => {
        throw reason;
      }),
    ),
  );
  await using into = freshPlace(folder).pipeline();
  const { signal } = new AbortController();
  await expect(previewEntry({ entry, into, limit: 5, signal })).rejects.toMatchObject({
    code: 'LOAD_FAILED',
    cause: { code: 'EXTRACT_FAILED', cause: reason },
  });
});

test('it tells the error that ended a resource, not that of an attempt before', async () => {
  const reached = gate();
  let attempts = 0;
  const { entry } = entryOf(
    () =>
      shop(
        one('items', async function* () {
          attempts += 1;
          if (attempts === 1) throw new Error('the first error');
          yield [{ id: 1 }];
          reached.open();
          await new Promise(() => {});
        }),
      ),
    { retries: 1, timeout: '1h' },
  );
  const { infos, result } = await executeRun({
    ...{ entry, run: RUN, log: silent, signal: new AbortController().signal },
    sleep: (ms) => (ms === 3_600_000 ? reached.opened : Promise.resolve()),
  });
  expect(result.outcomes).toMatchObject([{ error: { code: 'LOAD_TIMEOUT' } }]);
  expect(infos[0]?.resources).toMatchObject([{ status: 'failed', error: { code: 'LOAD_TIMEOUT' } }]);
});
