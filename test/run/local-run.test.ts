import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { defineSource, duckdb, pipeline, type Resource, resource, transformer } from '../../src';
import { type PipelineConfig, resolveConfig } from '../../src/config';
import type { LoadIntervalInput } from '../../src/contracts';
import { loadWatch } from '../../src/destination';
import { TidemarkError } from '../../src/errors';
import { type Engine, type Entry, executeRun, previewEntry } from '../../src/run';
import type { Source } from '../../src/source';
import { serve } from '../http/scripted-server';
import { freshPlace, gate, temporaryFolder } from '../pipeline/harness';
import { silent } from '../silent-log';

const folder = temporaryFolder();
const RUN: LoadIntervalInput = { version: 1, pipeline: 'shop', kind: 'manual' };

/** An entry with a file of its own. */
function entryOf(
  source: () => unknown,
  changes: Partial<PipelineConfig> = {},
): { readonly entry: Entry; readonly place: ReturnType<typeof freshPlace> } {
  const place = freshPlace(folder);
  const { pipelines } = resolveConfig({
    pipelines: [{ retries: 0, ...changes, pipeline: place.pipeline(), source: () => source() as Source }],
  });
  return { entry: pipelines[0]!, place };
}

const shop = (...resources: Resource[]) => defineSource({ name: 'shop', resources: () => resources })();
const one = (name: string, extract: () => AsyncIterable<unknown> | Iterable<unknown>) =>
  resource({ name, extract: extract as () => Iterable<unknown> });

const run = (entry: Entry, signal = new AbortController().signal) =>
  executeRun({ entry, run: RUN, signal, log: silent });

/** A source of three resources whose requests a server counts; `most` is how many it had at a time. */
async function counted() {
  let open = 0;
  const seen = { most: 0, requests: 0 };
  const url = await serve((_, response) => {
    open += 1;
    seen.requests += 1;
    seen.most = Math.max(seen.most, open);
    setImmediate(() => {
      open -= 1;
      response.writeHead(200, { 'content-type': 'application/json' }).end('[{"id":1}]');
    });
  });
  const source = defineSource({
    name: 'api',
    config: z.object({}),
    http: () => ({ baseUrl: url }),
    resources: () =>
      ['a', 'b', 'c'].map((name) =>
        resource({
          name,
          async *extract({ http }) {
            for (const page of [1, 2])
              yield (await http.get(`/${name}`, { params: { page } })) as unknown as object[];
          },
        }),
      ),
  });
  return { seen, source };
}

describe('the http limits of an entry', () => {
  const limits = { http: { concurrency: 1 }, decompose: { kind: 'parallel', limit: 3 } } as const;

  test('hold for a run in this process', async () => {
    const { seen, source } = await counted();
    const { entry } = entryOf(source, limits);
    const { result } = await run(entry);
    expect(result.outcomes.map(({ status }) => status)).toEqual(['loaded', 'loaded', 'loaded']);
    expect(seen).toEqual({ most: 1, requests: 6 });
  });

  test('hold for a preview', async () => {
    const { seen, source } = await counted();
    const { entry } = entryOf(source, limits);
    const into = pipeline({
      name: 'preview',
      destination: duckdb({ path: path.join(folder, 'preview.duckdb') }),
      workDir: path.join(folder, 'work'),
    });
    const { signal } = new AbortController();
    const infos = await previewEntry({ entry, into, limit: 5, signal });
    expect(infos.flatMap((info) => info.resources.map(({ rows }) => rows))).toEqual([2, 2, 2]);
    expect(seen).toEqual({ most: 1, requests: 6 });
    await into.close();
  });
});

test('a run in this process waits for the program that holds its file, and says by which one', async () => {
  const { entry, place } = entryOf(() => shop(one('items', () => [[{ id: 1 }]])));
  const script = `require('@duckdb/node-api').DuckDBInstance.create(process.argv[1]).then((instance) => { console.log('held'); process.stdin.once('data', () => { instance.closeSync(); process.exit(); }); })`;
  const holder = spawn(process.execPath, ['-e', script, place.file], { stdio: ['pipe', 'pipe', 'inherit'] });
  await once(holder.stdout, 'data');
  const waits: string[] = [];
  const { result } = await executeRun({
    entry,
    run: RUN,
    signal: new AbortController().signal,
    access: {
      onLockWait: ({ message }) => {
        waits.push(message);
        holder.stdin.write('let go');
      },
    },
  });
  expect(waits).toEqual([expect.stringContaining(`PID ${holder.pid}`)]);
  expect(result.outcomes).toMatchObject([{ resource: 'items', status: 'loaded', rows: 1 }]);
  await entry.pipeline.close();
});

test('cancelled, it begins nothing more, notes in the ledger what was not loaded, and calls no hook', async () => {
  const controller = new AbortController();
  const reached = gate();
  const called: unknown[] = [];
  const { entry, place } = entryOf(
    () =>
      shop(
        one('first', () => [[{ id: 1 }]]),
        one('second', async function* () {
          yield [{ id: 1 }];
          reached.open();
          await new Promise((resolve) => controller.signal.addEventListener('abort', resolve));
        }),
        one('third', () => [[{ id: 1 }]]),
      ),
    { hooks: { onSuccess: (event) => called.push(event), onFailure: (event) => called.push(event) } },
  );
  const running = run(entry, controller.signal);
  await reached.opened;
  controller.abort();
  const { result } = await running;
  expect(result.outcomes.map(({ resource: name, status }) => [name, status])).toEqual([
    ['first', 'loaded'],
    ['second', 'cancelled'],
    ['third', 'cancelled'],
  ]);
  expect(called).toEqual([]);
  await entry.pipeline.close();
  expect(
    await place.values("SELECT resource || ' ' || status FROM data._tidemark_intervals ORDER BY 1"),
  ).toEqual(['first loaded', 'second cancelled', 'third cancelled']);
});

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

test('an attempt that takes longer than the timeout fails as on the server', async () => {
  const { entry } = entryOf(
    () =>
      shop(
        one('endless', async function* () {
          yield [{ id: 1 }];
          await new Promise(() => {});
        }),
      ),
    { timeout: '50ms' },
  );
  const { result } = await run(entry);
  expect(result.outcomes).toMatchObject([{ status: 'failed', error: { code: 'LOAD_TIMEOUT' } }]);
});

test('a run that cannot be planned tells onFailure, and fails with why', async () => {
  const called: unknown[] = [];
  const { entry } = entryOf(() => shop(one('items', () => [])), {
    hooks: { onFailure: (event) => called.push(event) },
  });
  const unplanned = { ...RUN, resources: ['absent'] };
  const { signal } = new AbortController();
  await expect(executeRun({ entry, run: unplanned, signal })).rejects.toMatchObject({
    code: 'RESOURCE_UNKNOWN',
  });
  expect(called).toMatchObject([{ event: 'failure', outcomes: [], error: { code: 'RESOURCE_UNKNOWN' } }]);
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
        asked.push([resumeFrom, readdirSync(path.join(workDir, 'checkpoints')).length]);
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
      [undefined, 1],
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

test('it gives one info a source, in which each resource of the plan has its place', async () => {
  const failing = () => {
    throw new Error('not today');
  };
  const { entry } = entryOf(
    () => [
      shop(
        one('first', () => [[{ id: 1 }]]),
        one('second', failing),
        one('third', () => []),
      ),
      defineSource({ name: 'desk', resources: () => [one('notes', () => [[{ id: 1 }]])] })(),
    ],
    { triggerRule: 'all_success' },
  );
  const { infos } = await run(entry);
  expect(
    infos.map((info) => info.resources.map(({ resource: name, status }) => `${name} ${status}`)),
  ).toEqual([['first loaded', 'second failed', 'third skipped'], ['notes skipped']]);
  expect(String(infos[0])).toContain('"second" before it was not loaded (trigger rule all_success)');
  expect(infos[0]).toMatchObject({ pipeline: 'shop', dataset: 'data', loadIds: [expect.any(String)] });
});
