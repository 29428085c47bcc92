import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { z } from 'zod';
import { defineSource, duckdb, pipeline, resource } from '../../src';
import { executeRun, previewEntry } from '../../src/run';
import { serve } from '../http/scripted-server';
import { gate } from '../pipeline/harness';
import { entryOf, folder, one, RUN, run, shop } from './local-shop';

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
