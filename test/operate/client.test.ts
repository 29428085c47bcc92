import path from 'node:path';
import { type IntervalGrid, openClient, type TidemarkClient } from '../../src/operate';
import { createWorker, type TidemarkWorker } from '../../workers';
import { startTestServer } from '../temporal/test-server';
import { type Script, shopConfig } from './shop';

const day = (number: number): string => `2024-01-0${number}T00:00:00Z`;
const interval = (number: number) => ({ start: day(number), end: day(number + 1) });

let server: Awaited<ReturnType<typeof startTestServer>>;
let worker: TidemarkWorker;
let client: TidemarkClient;
const script: Script = { day: () => undefined };

beforeAll(async () => {
  server = await startTestServer();
  const config = shopConfig(server.projectDir, script, { schedule: { catchup: true, paused: true } });
  client = await openClient(config, { directory: server.projectDir, temporal: server });
  worker = await createWorker({ access: server, config: client.config });
}, 180_000);
afterAll(async () => {
  await worker.stop();
  await client.close();
  await server.close();
});

/** The states of a resource, day by day. */
function statesOf(grid: IntervalGrid, resource: string): string[] {
  const column = grid.resources.findIndex((one) => one.resource === resource);
  return grid.rows.map(({ cells }) => cells[column]!.state);
}

/** Asks until the answer is as wanted. */
async function until<T>(ask: () => Promise<T>, wanted: (answer: T) => boolean): Promise<T> {
  for (;;) {
    const answer = await ask();
    if (wanted(answer)) return answer;
  }
}

describe('a client reads and acts on a deployment', () => {
  test('a Schedule that is not deployed, or was deleted by hand, is neither paused nor resumed', async () => {
    const refused = {
      code: 'USAGE',
      message:
        'The server has no Schedule of "shop", so nothing starts it; "tidemark deploy" makes one of the "schedule" in its entry.',
    };
    await expect(client.pause('shop')).rejects.toMatchObject(refused);
    await expect(client.resume('shop')).rejects.toMatchObject(refused);
    await client.deploy();
    await server.client.schedule.getHandle('tidemark-shop').delete();
    await expect(client.pause('shop')).rejects.toMatchObject(refused);
    await expect(client.resume('shop')).rejects.toMatchObject(refused);
  });

  test('what is deployed is told with its schedule, and what is expected of it as never planned', async () => {
    const report = await client.deploy();
    expect(report.schedules).toMatchObject([{ action: 'create', pipeline: 'shop' }]);
    const [status] = await client.status();
    expect(status).toMatchObject({
      pipeline: 'shop',
      schedule: { exists: true, paused: true },
      runs: [],
      resources: [
        { source: 'shop', resource: 'orders', loads: 0, rows: 0, loadedUntil: undefined },
        { source: 'shop', resource: 'countries', loads: 0 },
      ],
    });
    expect(status?.resources?.[0]?.gaps).toEqual([
      { start: day(1), end: day(7), cause: 'never-planned', row: undefined },
    ]);
    await until(
      () => client.hasWorker(),
      (polls) => polls,
    );
  });

  test('a Schedule is resumed and paused by the name of its pipeline', async () => {
    const scheduleOf = async () => (await client.status(['shop']))[0]?.schedule;
    expect(await client.resume('shop')).toBeUndefined();
    expect(await scheduleOf()).toMatchObject({ paused: false });
    await client.pause('shop', 'an audit');
    expect(await scheduleOf()).toMatchObject({ paused: true, note: 'an audit' });
  });

  test('a run loads what its plan says, and its end is told by its id', async () => {
    const request = { pipeline: 'shop', from: day(1), to: day(2) };
    expect(client.planRun(request)).toMatchObject({
      workflowId: `tidemark-shop-${day(2)}`,
      interval: interval(1),
      tasks: [
        { name: 'orders', source: 'shop', resources: ['orders'] },
        { name: 'countries', resources: ['countries'] },
      ],
    });
    const { workflowId, attached } = await client.startRun(request);
    expect({ workflowId, attached }).toEqual({ workflowId: `tidemark-shop-${day(2)}`, attached: false });
    expect(await client.watchRun(workflowId)).toMatchObject({ status: 'completed' });
    expect(await client.run(workflowId)).toMatchObject({
      kind: 'load',
      run: { pipeline: 'shop', status: 'completed' },
      progress: undefined,
      end: {
        result: {
          outcomes: [
            { resource: 'orders', rows: 2, tables: { orders: 2 } },
            { resource: 'countries', rows: 2 },
          ],
        },
      },
    });
    await expect(client.run('tidemark-shop-never')).rejects.toMatchObject({ code: 'USAGE' });
    await expect(client.startRun({ pipeline: 'shp' })).rejects.toMatchObject({
      code: 'PIPELINE_UNKNOWN',
      message: expect.stringContaining('Did you mean "shop"?'),
    });
  });

  test('the grid has each complete interval with the state of every resource', async () => {
    const grid = await client.grid('shop');
    expect(grid.resources).toEqual([
      { source: 'shop', resource: 'orders', reached: true },
      { source: 'shop', resource: 'countries', reached: false },
    ]);
    expect(grid.rows.map((row) => row.interval)).toEqual([1, 2, 3, 4, 5, 6].map(interval));
    expect(statesOf(grid, 'orders')).toEqual(['loaded', ...Array(5).fill('missing')]);
    expect(statesOf(grid, 'countries')).toEqual(['loaded', ...Array(5).fill('left-out')]);
    expect(grid.rows[0]?.cells[0]).toMatchObject({ cause: undefined, row: { status: 'loaded', rows: 2 } });
    const newest = await client.grid('shop', { resources: ['orders'], from: day(2), limit: 2 });
    expect({ ...newest, rows: newest.rows.map((row) => row.interval) }).toMatchObject({
      resources: [{ resource: 'orders' }],
      rows: [interval(5), interval(6)],
      more: true,
    });
  });

  test('a failed interval is told with its cause, its row, its run, and the request that loads it again', async () => {
    script.day = (name) => {
      if (name === '2024-01-02') throw new Error('the shop is shut');
    };
    const { workflowId } = await client.startBackfill({ pipeline: 'shop', to: day(3) });
    expect(await client.watchBackfill(workflowId)).toMatchObject({
      status: 'failed',
      result: { total: 1, failed: 1 },
    });
    script.day = () => undefined;
    const [orders] = await client.intervals('shop', { resources: ['orders'] });
    expect(orders?.gaps).toMatchObject([
      { start: day(2), end: day(3), cause: 'failed', row: { status: 'failed' } },
      { start: day(3), end: day(7), cause: 'never-planned' },
    ]);
    const detail = await client.interval('shop', '2024-01-02T12:00:00Z', { run: true });
    expect(detail).toMatchObject({
      interval: interval(2),
      cells: [
        { resource: 'orders', state: 'failed', cause: 'failed' },
        { resource: 'countries', state: 'left-out' },
      ],
      rows: [{ resource: 'orders', status: 'failed', error: expect.stringContaining('the shop is shut') }],
      run: { kind: 'load', end: { status: 'failed' } },
      again: { pipeline: 'shop', from: day(2), to: day(3), resources: ['orders'] },
    });
    const again = await client.startRun(detail.again);
    expect(await client.watchRun(again.workflowId)).toMatchObject({ status: 'completed' });
    expect(statesOf(await client.grid('shop'), 'orders').slice(0, 3)).toEqual([
      'loaded',
      'loaded',
      'missing',
    ]);
    await expect(client.interval('shop', '2023-12-31')).rejects.toMatchObject({ code: 'USAGE' });
  });

  test('a backfill is planned, watched while it runs, paused, resized, resumed and cancelled', async () => {
    let open = (): void => undefined;
    const opened = new Promise<void>((resolve) => {
      open = resolve;
    });
    script.day = () => opened;
    const request = { pipeline: 'shop', to: day(7), parallel: 1 };
    const plan = await client.planBackfill(request, { explain: true, limit: 1 });
    expect(plan).toMatchObject({
      pipeline: 'shop',
      range: { start: day(1), end: day(7) },
      chunks: [{ interval: interval(3), why: 'never-planned: orders' }],
      total: 4,
      leftOut: ['countries'],
    });
    const { workflowId } = await client.startBackfill(request);
    const ask = () => client.running('shop');
    const begun = await until(ask, ({ runs }) =>
      runs.some(({ progress }) => progress?.tasks[0]?.phase === 'loading'),
    );
    expect(begun.backfills).toMatchObject([
      { kind: 'backfill', run: { workflowId }, progress: { total: 4, running: [interval(3)] } },
    ]);
    expect(statesOf(await client.grid('shop', { running: true }), 'orders')).toEqual([
      ...['loaded', 'loaded', 'running'],
      ...['missing', 'missing', 'missing'],
    ]);
    await client.pause(workflowId, 'lunch');
    const progressOf = async () => (await ask()).backfills[0]?.progress;
    expect(await until(progressOf, (progress) => progress?.phase === 'paused')).toMatchObject({
      reason: 'lunch',
      parallel: 1,
    });
    const [status] = await client.status();
    expect(status?.runs[0]).toMatchObject({
      workflowId,
      status: 'running',
      phase: 'paused',
      reason: 'lunch',
    });
    await client.resize(workflowId, 2);
    await client.resume(workflowId);
    await until(progressOf, (progress) => progress?.running.length === 2);
    await client.cancel(workflowId);
    open();
    expect(await client.watchBackfill(workflowId)).toMatchObject({
      status: 'cancelled',
      result: { phase: 'cancelled', parallel: 2 },
    });
    expect(await ask()).toEqual({ runs: [], backfills: [] });
    script.day = () => undefined;
    const rest = await client.startBackfill(request);
    expect(await client.watchBackfill(rest.workflowId)).toMatchObject({ status: 'completed' });
    expect(statesOf(await client.grid('shop'), 'orders')).toEqual(Array(6).fill('loaded'));
    await expect(client.cancel('tidemark-shop-never')).rejects.toMatchObject({ code: 'USAGE' });
  });

  test('a cursor is set, and state that is reset makes what was loaded superseded', async () => {
    expect(await client.setCursor('shop', { resource: 'orders', value: '2024-01-04' })).toEqual({
      resource: 'orders',
      cursor: 'at',
      lastValue: '2024-01-04T00:00:00+00:00',
    });
    const [stored] = await client.state('shop', { resources: ['orders'] });
    expect(stored).toMatchObject({
      pipeline: 'shop',
      source: 'shop',
      resources: { orders: { incremental: { at: { last_value: '2024-01-04T00:00:00+00:00' } } } },
    });
    await expect(client.setCursor('shop', { resource: 'countries', value: '1' })).rejects.toMatchObject({
      code: 'USAGE',
      message: expect.stringContaining('has no cursor to set'),
    });
    expect(await client.resetState('shop', { resources: ['orders'] })).toEqual(['orders']);
    expect((await client.state('shop'))[0]?.resources).not.toHaveProperty('orders');
    const grid = await client.grid('shop', { from: day(5) });
    expect(grid.rows.map(({ cells: [orders] }) => [orders?.state, orders?.cause])).toEqual([
      ['missing', 'superseded'],
      ['missing', 'superseded'],
    ]);
    expect(Object.keys((await client.schemas('shop'))['shop']?.tables ?? {})).toContain('orders');
    expect((await client.query('shop', 'select count(*)::int as n from orders')).rows).toEqual([{ n: 12 }]);
  });

  test('a dataset is where the config says, and runs are listed by pipeline and number', async () => {
    const location = await client.withDataset('shop', async (dataset) => dataset.location);
    expect(path.basename(location)).toBe('shop.duckdb');
    const runs = await client.runs({ pipeline: 'shop' });
    expect(runs.map(({ workflowId }) => workflowId)).toEqual(
      expect.arrayContaining([2, 3, 4].map((number) => `tidemark-shop-${day(number)}`)),
    );
    expect(await client.runs({ pipeline: 'shop', limit: 1 })).toEqual(runs.slice(0, 1));
    expect(await client.runs({ pipeline: 'other' })).toEqual([]);
  });
});
