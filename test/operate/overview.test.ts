import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { duckdb, pipeline } from '../../src';
import { sameInterval } from '../../src/interval';
import { type LedgerRow, ledgerRow } from '../../src/ledger';
import { openClient, type RunSummary, type TidemarkClient } from '../../src/operate';
import { Access } from '../../src/operate/access';
import { readOverview } from '../../src/operate/read-overview';
import { createWorker, type TidemarkWorker } from '../../workers';
import { temporaryFolder } from '../temporal/temporary-folder';
import { startTestServer } from '../temporal/test-server';
import { type Script, shopConfig } from './shop';

const day = (number: number): string => `2024-01-0${number}T00:00:00Z`;
const between = (from: number, to: number) => ({ start: day(from), end: day(to) });
const nothing: Script = { day: () => undefined };

/** Asks until the answer is as wanted. */
async function until<T>(ask: () => Promise<T>, wanted: (answer: T) => boolean): Promise<T> {
  for (;;) {
    const answer = await ask();
    if (wanted(answer)) return answer;
  }
}

describe('an overview without a server', () => {
  let place: Awaited<ReturnType<typeof temporaryFolder>>;
  beforeEach(async () => {
    place = await temporaryFolder();
  });
  afterEach(() => place.remove());

  test('has what the ledger knows: how far it is, what is missing, rows by day', async () => {
    const schedule = { timezone: 'Asia/Tokyo' };
    await using client = await openClient(shopConfig(place.folder, nothing, { schedule }), {
      directory: place.folder,
    });
    const [shop] = client.config.pipelines;
    const load = { start: '2023-12-31T15:00:00Z', end: '2024-01-02T15:00:00Z' };
    await shop!.pipeline.run(shop!.sources()[0]!, { interval: load });
    const { pipelines, ...rest } = await client.overview(['shop']);
    expect(rest).toEqual({ now: expect.any(String), hasWorker: false, temporalError: undefined });
    expect(pipelines).toEqual([
      {
        pipeline: 'shop',
        schedule: {
          ...{ text: '@daily', words: 'Every day at 00:00', zone: 'Asia/Tokyo', catchup: true },
          ...{ startDate: '2023-12-31T15:00:00Z', endDate: '2024-01-05T15:00:00Z' },
          ...{ deployed: false, paused: false, note: undefined },
          ...{ nextTick: undefined, lastTick: undefined },
        },
        lastRun: undefined,
        freshness: { loadedUntil: load.end, expectedUntil: '2024-01-06T15:00:00Z', intervalsBehind: 4 },
        rowsPerDay: expect.any(Array),
        gaps: [{ cause: 'never-planned', intervals: 4 }],
        backfills: [],
        running: 0,
        resources: [
          { resource: 'orders', rows: 3, loads: 1, loadedUntil: load.end, gaps: 4, reached: true },
          { resource: 'countries', rows: 2, loads: 1, loadedUntil: load.end, gaps: 0, reached: false },
        ],
        unread: undefined,
      },
    ]);
    const rowsPerDay = pipelines[0]!.rowsPerDay;
    const today = new Date(Date.now() + 9 * 3_600_000).toISOString().slice(0, 10);
    expect(rowsPerDay).toHaveLength(30);
    expect(rowsPerDay.reduce((sum, { rows }) => sum + rows, 0)).toBe(5);
    expect(rowsPerDay.at(-1)!.day >= today).toBe(true);
  });

  test("counts rows on the day of the schedule's zone on which they were committed", async () => {
    await using client = await openClient(
      shopConfig(place.folder, nothing, { schedule: { timezone: 'Asia/Tokyo' } }),
      { directory: place.folder },
    );
    const committed = (at: string, rows: number, status: 'loaded' | 'superseded' = 'loaded') =>
      ledgerRow({
        ...{ pipeline: 'shop', source: 'shop', resource: 'orders', generation: 0, loadKey: at },
        ...{ status, committedAt: at, rows },
      });
    await client.withDataset('shop', (dataset) =>
      dataset.record([
        // the first of the thirty days in Tokyo, and the last instant before it
        committed('2024-02-15T15:00:00Z', 1),
        committed('2024-02-15T14:59:59Z', 1000),
        committed('2024-03-15T14:59:59Z', 20),
        committed('2024-03-15T15:00:00Z', 300),
        committed('2024-03-15T15:30:00Z', 400),
        committed('2024-03-15T15:40:00Z', 5000, 'superseded'),
      ]),
    );
    const access = new Access(client.deployment, {});
    const now = new Date('2024-03-15T16:00:00Z');
    const { pipelines } = await readOverview({ access, entries: client.config.pipelines, now });
    const { rowsPerDay } = pipelines[0]!;
    expect(rowsPerDay.filter(({ rows }) => rows > 0)).toEqual([
      { day: '2024-02-16', rows: 1 },
      { day: '2024-03-15', rows: 20 },
      { day: '2024-03-16', rows: 700 },
    ]);
    expect([rowsPerDay[0]?.day, rowsPerDay.at(-1)?.day, rowsPerDay.length]).toEqual([
      '2024-02-16',
      '2024-03-16',
      30,
    ]);
  });

  test('a schedule that has ended is loaded until its end, whatever was loaded later of the same resource', async () => {
    await using client = await openClient(shopConfig(place.folder, nothing), { directory: place.folder });
    const loaded = (start: string, end: string) =>
      ledgerRow({
        ...{ pipeline: 'other', source: 'shop', resource: 'orders', generation: 0, loadKey: start },
        ...{ status: 'loaded' as const, committedAt: end, rows: 1, interval: { start, end } },
      });
    const until = async () => {
      const [{ pipelines }, [status]] = await Promise.all([
        client.overview(['shop']),
        client.status(['shop']),
      ]);
      const { freshness, resources } = pipelines[0]!;
      return [freshness?.loadedUntil, freshness?.intervalsBehind, resources[0], status?.resources?.[0]];
    };
    const record = (...rows: readonly LedgerRow[]) =>
      client.withDataset('shop', (dataset) => dataset.record([...rows]));
    // its last interval ends on the 7th: what begins then is another pipeline's
    await record(loaded(day(7), day(8)));
    const nothingYet = { loads: 1, loadedUntil: undefined };
    expect(await until()).toMatchObject([undefined, 6, nothingYet, nothingYet]);
    // half a second is later, though its text is earlier in the alphabet
    const half = day(3).replace('Z', '.5Z');
    await record(loaded(day(2), day(3)), loaded(day(3), half));
    const third = { loadedUntil: day(3).replace('Z', '.500Z') };
    expect(await until()).toMatchObject([third.loadedUntil, 4, third, third]);
    await record(loaded(day(6), day(9)));
    const seventh = { loadedUntil: day(7) };
    expect(await until()).toMatchObject([day(7), 0, seventh, seventh]);
  });

  test('a Temporal that is not there, and a file that is no database, are told and hide nothing else', async () => {
    const config = shopConfig(place.folder, nothing);
    const file = path.join(place.folder, 'picture.duckdb');
    writeFileSync(file, 'a picture');
    const picture = pipeline({ name: 'picture', destination: duckdb({ path: file }) });
    await using client = await openClient(
      {
        temporal: { ...config.temporal, address: '127.0.0.1:1' },
        pipelines: [{ ...config.pipelines[0]!, pipeline: picture }, ...config.pipelines],
      },
      { directory: place.folder },
    );
    const plan = await client.planBackfill({ pipeline: 'shop' });
    const [{ temporalError, hasWorker, pipelines }, estimate] = await Promise.all([
      client.overview(),
      client.estimateBackfill({ pipeline: 'shop' }, plan),
    ]);
    expect(temporalError).toMatch(/Temporal at "127\.0\.0\.1:1" cannot be reached/);
    expect(hasWorker).toBe(false);
    expect(pipelines).toMatchObject([
      {
        ...{ pipeline: 'picture', unread: expect.stringContaining('picture.duckdb') },
        ...{ freshness: undefined, rowsPerDay: [], resources: [], schedule: { deployed: false } },
      },
      { pipeline: 'shop', unread: undefined, gaps: [{ cause: 'never-planned', intervals: 6 }] },
    ]);
    expect(estimate).toEqual({ estimateMs: undefined, estimatedFrom: 0 });
  }, 120_000);
});

describe('an overview of a server', () => {
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
  const overview = async () => (await client.overview()).pipelines[0]!;

  test('has its schedule, the run that ended last, and what failed', async () => {
    await client.deploy();
    const started = await until(
      () => client.overview(),
      ({ hasWorker }) => hasWorker,
    );
    expect(started.pipelines).toMatchObject([
      { schedule: { deployed: true, paused: true }, lastRun: undefined, backfills: [], running: 0 },
    ]);
    const plan = await client.planBackfill({ pipeline: 'shop' });
    expect(await client.estimateBackfill({ pipeline: 'shop' }, plan)).toEqual({
      estimateMs: undefined,
      estimatedFrom: 0,
    });
    script.day = (name) => {
      if (name === '2024-01-02') throw new Error('the shop is shut');
    };
    for (const number of [1, 2]) {
      const request = { pipeline: 'shop', from: day(number), to: day(number + 1) };
      const { workflowId } = await client.startRun(request);
      await client.watchRun(workflowId);
    }
    // a run that has ended is listed a moment later
    const found = await until(overview, ({ lastRun }) => lastRun?.status === 'failed');
    expect(found).toMatchObject({
      lastRun: {
        workflowId: `tidemark-shop-${day(3)}`,
        interval: between(2, 3),
        closedAt: expect.stringMatching(/Z$/),
      },
      freshness: { loadedUntil: day(2), expectedUntil: day(7), intervalsBehind: 5 },
      gaps: [
        { cause: 'never-planned', intervals: 4 },
        { cause: 'failed', intervals: 1 },
      ],
      running: 0,
    });
  });

  test('has backfills under way with how far they are, and how long one would take', async () => {
    let open = (): void => undefined;
    const opened = new Promise<void>((resolve) => {
      open = resolve;
    });
    script.day = () => opened;
    const request = { pipeline: 'shop', parallel: 2 };
    const plan = await client.planBackfill(request);
    const ended = (await client.runs({ pipeline: 'shop', kind: 'load' })).filter(
      ({ status }) => status === 'completed',
    );
    const took = ended[0]!.closedAt!.getTime() - ended[0]!.startedAt.getTime();
    expect([plan.total, ended.length]).toEqual([5, 1]);
    const estimate = { estimateMs: Math.round((took * 5) / 2), estimatedFrom: 1 };
    expect(await client.estimateBackfill(request, plan)).toEqual(estimate);
    // no more of them at a time than there are, and none at all
    expect(await client.estimateBackfill({ ...request, parallel: 99 }, plan)).toMatchObject({
      estimateMs: took,
    });
    expect(await client.estimateBackfill(request, { ...plan, chunks: [], total: 0 })).toMatchObject({
      estimateMs: 0,
    });

    const { workflowId } = await client.startBackfill(request);
    const busy = await until(
      overview,
      ({ backfills, running }) => backfills[0]?.progress?.phase === 'running' && running === 2,
    );
    expect(busy.backfills).toEqual([
      {
        workflowId,
        range: between(1, 7),
        progress: {
          ...{ phase: 'running', reason: undefined, parallel: 2, total: 5, loaded: 0, failed: 0 },
          ...{ cancelled: 0, elsewhere: 0, rows: 0, perMinute: null, etaMs: null },
        },
        startedAt: expect.stringMatching(/Z$/),
      },
    ]);
    expect(busy.lastRun).toMatchObject({ status: 'failed', interval: between(2, 3) });
    open();
    expect(await client.watchBackfill(workflowId)).toMatchObject({ status: 'completed' });
    const done = await until(overview, ({ backfills }) => backfills.length === 0);
    expect(done).toMatchObject({
      freshness: { loadedUntil: day(7), intervalsBehind: 0 },
      gaps: [],
      running: 0,
      resources: [{ resource: 'orders', gaps: 0, rows: 12 }, { resource: 'countries' }],
    });
  });

  test('a group is reckoned by its intervals, and a chunk by its like', async () => {
    const request = { pipeline: 'shop', select: 'all', group: 6 } as const;
    const { workflowId } = await client.startBackfill(request);
    expect(await client.watchBackfill(workflowId)).toMatchObject({ status: 'completed' });
    const isWhole = (run: RunSummary | undefined): boolean =>
      run?.status === 'completed' && run.interval !== undefined && sameInterval(run.interval, between(1, 7));
    const runs = await until(
      () => client.runs({ pipeline: 'shop', kind: 'load' }),
      ([newest]) => isWhole(newest),
    );
    const ms = ({ startedAt, closedAt }: RunSummary): number => closedAt!.getTime() - startedAt.getTime();
    const whole = ms(runs[0]!);
    const week = { ...request, chunk: 1, group: 1 };
    expect(await client.estimateBackfill(week, await client.planBackfill(week))).toEqual({
      estimateMs: whole,
      estimatedFrom: 1,
    });
    const times = runs
      .filter(({ status }) => status === 'completed')
      .map((run, index) => (index === 0 ? whole / 6 : ms(run)))
      .sort((a, b) => a - b);
    expect(await client.estimateBackfill(request, await client.planBackfill(request))).toEqual({
      // of an odd number of runs
      estimateMs: Math.round(times[(times.length - 1) / 2]! * 6),
      estimatedFrom: times.length,
    });
  });
});
