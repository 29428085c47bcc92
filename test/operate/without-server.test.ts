import { type ChildProcessWithoutNullStreams, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { basic, defineSource, duckdb, type HttpOptions, pipeline, postgres, resource } from '../../src';
import { releaseIdleFiles } from '../../src/destination';
import { openClient } from '../../src/operate';
import { recordPause } from '../../src/operate/record-pause';
import { ROOT } from '../root';
import { temporaryFolder } from '../temporal/temporary-folder';
import { type Script, shopConfig } from './shop';

const nothing: Script = { day: () => undefined };
const FIRST_DAYS = { start: '2024-01-01T00:00:00Z', end: '2024-01-03T00:00:00Z' };
const WEEK = ['2024-01-01', '2024-01-02', '2024-01-03', '2024-01-04', '2024-01-05', '2024-01-06'];

let place: Awaited<ReturnType<typeof temporaryFolder>>;
beforeEach(async () => {
  place = await temporaryFolder();
});
afterEach(() => place.remove());

describe('what is read of the ledger', () => {
  test('needs no server, and starts none', async () => {
    await using client = await openClient(shopConfig(place.folder, nothing), { directory: place.folder });
    const [entry] = client.config.pipelines;
    await entry!.pipeline.run(entry!.sources()[0]!, { interval: FIRST_DAYS });
    const [orders] = await client.intervals('shop', { resources: ['orders'] });
    expect(orders).toMatchObject({
      rows: [{ status: 'loaded', rows: 4 }],
      gaps: [{ start: FIRST_DAYS.end }],
    });
    const grid = await client.grid('shop', { to: '2024-01-04' });
    expect(
      grid.rows.map(({ interval: { start }, cells: [cell] }) => [start.slice(0, 10), cell?.state]),
    ).toEqual([
      [WEEK[0], 'loaded'],
      [WEEK[1], 'loaded'],
      [WEEK[2], 'missing'],
    ]);
    expect(await client.interval('shop', '2024-01-02')).toMatchObject({
      cells: [{ state: 'loaded' }, { state: 'loaded' }],
      run: undefined,
      again: { resources: undefined },
    });
    expect(await client.planBackfill({ pipeline: 'shop' })).toMatchObject({ total: 4 });
    expect(await client.state('shop')).toMatchObject([{ pipeline: 'shop', source: 'shop' }]);
    expect(client.missingSecrets()).toEqual([]);
    expect(existsSync(path.join(place.folder, '.tidemark'))).toBe(false);
  });

  test('a credential that is not set, of source or destination, is told of its pipeline, whatever else the source does', async () => {
    const config = shopConfig(place.folder, nothing);
    const [shop] = config.pipelines;
    const named = (name: string, http: () => HttpOptions) => ({
      ...shop!,
      pipeline: pipeline({ name, destination: duckdb({ path: path.join(place.folder, `${name}.duckdb`) }) }),
      source: () =>
        defineSource({
          name,
          http,
          resources: () => [resource({ name: 'rows', extract: () => [] })],
        })(),
    });
    await using client = await openClient(
      {
        ...config,
        pipelines: [
          named('unset', () => ({ auth: basic('me', process.env.THERE_IS_NO_SUCH_VARIABLE as string) })),
          named('broken', () => {
            throw new TypeError('an author made a mistake');
          }),
          named('fine', () => ({ auth: basic('me', 'a password') })),
          { ...shop!, pipeline: pipeline({ name: 'nowhere', destination: postgres() }) },
        ],
      },
      { directory: place.folder },
    );
    expect(client.missingSecrets()).toEqual([
      expect.stringMatching(/^unset: The secret "password" \(from basic\(\) in code\) is not set/),
      'broken: an author made a mistake',
      expect.stringMatching(/^nowhere: The destination "postgres" .* has no connection/),
    ]);
  });

  test('has nothing and expects all of it before the first load; names that there are not are refused', async () => {
    await using client = await openClient(shopConfig(place.folder, nothing), { directory: place.folder });
    const grid = await client.grid('shop');
    expect(grid.rows.map(({ interval: { start } }) => start.slice(0, 10))).toEqual(WEEK);
    expect(grid.rows.every(({ cells }) => cells[0]?.state === 'missing')).toBe(true);
    await expect(client.intervals('shop', { resources: ['order'] })).rejects.toMatchObject({
      code: 'RESOURCE_UNKNOWN',
      message: expect.stringContaining('Did you mean "orders"?'),
    });
    await expect(client.intervals('shp')).rejects.toMatchObject({ code: 'PIPELINE_UNKNOWN' });
    await expect(client.setCursor('shop', { resource: 'orders', value: '2024-01-04' })).rejects.toMatchObject(
      {
        code: 'USAGE',
        message: expect.stringContaining('Nothing was loaded of "shop" yet'),
      },
    );
  });

  test('is in the order of intervals, and what no interval reaches has no gaps', async () => {
    await using client = await openClient(shopConfig(place.folder, nothing), { directory: place.folder });
    const [entry] = client.config.pipelines;
    const later = { start: '2024-01-04T00:00:00Z', end: '2024-01-05T00:00:00Z' };
    for (const interval of [later, FIRST_DAYS]) await entry!.pipeline.run(entry!.sources()[0]!, { interval });
    const [orders, countries] = await client.intervals('shop');
    expect(orders).toMatchObject({
      reached: true,
      rows: [{ interval_start: FIRST_DAYS.start }, { interval_start: later.start }],
      gaps: [{ end: later.start }, { start: later.end }],
    });
    expect(countries).toMatchObject({ reached: false, expected: true, gaps: [] });
  });

  test('says of what passed while the schedule was paused that it was paused, until it is loaded', async () => {
    await using client = await openClient(shopConfig(place.folder, nothing), { directory: place.folder });
    const [entry] = client.config.pipelines;
    await entry!.pipeline.run(entry!.sources()[0]!, { interval: FIRST_DAYS });
    const gapsOf = async () =>
      (await client.intervals('shop')).map(({ gaps }) => gaps.map(({ start, cause }) => [start, cause]));
    const paused = { served: new Date('2024-01-02T00:00:03Z'), now: new Date('2024-01-05T11:00:00Z') };
    const record = () =>
      client.withDataset('shop', (dataset) => recordPause({ entry: entry!, dataset, ...paused }));
    await record();
    const told = [
      [
        [FIRST_DAYS.end, 'paused'],
        ['2024-01-05T00:00:00Z', 'never-planned'],
      ],
      [],
    ];
    expect(await gapsOf()).toEqual(told);
    await record();
    expect(await gapsOf()).toEqual(told);
    expect((await client.intervals('shop'))[0]?.rows).toHaveLength(2);
    expect(await client.planBackfill({ pipeline: 'shop' })).toMatchObject({ total: 4 });
    const interval = { start: '2024-01-03T00:00:00Z', end: '2024-01-07T00:00:00Z' };
    await entry!.pipeline.run(entry!.sources()[0]!, { interval });
    expect(await gapsOf()).toEqual([[], []]);
  });

  test('says of gaps that nobody looked for them where there is no catch-up', async () => {
    const config = shopConfig(place.folder, nothing, { schedule: { catchup: false } });
    await using client = await openClient(config, { directory: place.folder });
    expect(await client.intervals('shop')).toMatchObject([
      { resource: 'orders', expected: false, gaps: [] },
      { resource: 'countries', expected: false, gaps: [] },
    ]);
    expect(await client.intervals('shop', { from: '2024-01-03' })).toMatchObject([
      { expected: true, gaps: [{ start: '2024-01-03T00:00:00Z' }] },
      { expected: true, gaps: [] },
    ]);
  });

  test('waits for a file that another process holds, and says so once a use', async () => {
    const script = `require('@duckdb/node-api').DuckDBInstance.create(process.argv[1]).then(() => { console.log('held'); process.stdin.resume(); process.stdin.on('end', () => process.exit()); })`;
    const held: string[] = [];
    let holder: ChildProcessWithoutNullStreams | undefined;
    await using client = await openClient(shopConfig(place.folder, nothing), {
      directory: place.folder,
      onLockWait: ({ message }) => {
        held.push(message);
        holder?.stdin.end();
      },
    });
    const [entry] = client.config.pipelines;
    await entry!.pipeline.run(entry!.sources()[0]!, { interval: FIRST_DAYS });
    await entry!.pipeline.close();
    releaseIdleFiles();
    const file = path.join(place.folder, 'shop.duckdb');
    holder = spawn(process.execPath, ['-e', script, file], { cwd: ROOT });
    await once(holder.stdout, 'data');
    const [orders] = await client.intervals('shop');
    expect(orders?.rows).toMatchObject([{ status: 'loaded' }]);
    expect(held).toEqual([expect.stringContaining(`PID ${holder.pid}`)]);
  });

  test('is in a status that starts no server where nothing is deployed', async () => {
    await using client = await openClient(shopConfig(place.folder, nothing), { directory: place.folder });
    expect(await client.status()).toMatchObject([
      { pipeline: 'shop', schedule: { exists: false }, runs: [], resources: [{ loads: 0 }, {}] },
    ]);
    expect(await client.temporalIfAny()).toBeUndefined();
    expect(existsSync(path.join(place.folder, '.tidemark'))).toBe(false);
  });

  test('of an entry without a schedule has the intervals of its ledger rows', async () => {
    const { pipelines, ...rest } = shopConfig(place.folder, nothing);
    const unscheduled = pipelines.map(({ schedule: _, ...entry }) => entry);
    await using client = await openClient({ ...rest, pipelines: unscheduled }, { directory: place.folder });
    const [entry] = client.config.pipelines;
    await entry!.pipeline.run(entry!.sources()[0]!, { interval: FIRST_DAYS });
    expect(await client.grid('shop')).toMatchObject({
      rows: [{ interval: FIRST_DAYS, cells: [{ state: 'loaded' }, { state: 'loaded' }] }],
      more: false,
    });
    await expect(client.interval('shop', '2024-01-02')).rejects.toMatchObject({ code: 'USAGE' });
  });

  test('with parallel-isolated has the state of each component under its own name', async () => {
    const config = shopConfig(place.folder, nothing, { decompose: 'parallel-isolated' });
    await using client = await openClient(config, { directory: place.folder });
    expect(await client.state('shop')).toMatchObject([
      { pipeline: 'shop_orders', resources: {} },
      { pipeline: 'shop_countries', resources: {} },
    ]);
  });
});

test('a project imports the client by the name of the package, and opens its config file', () => {
  mkdirSync(path.join(place.folder, 'node_modules'));
  const built = path.basename(ROOT) === 'dist' ? path.dirname(ROOT) : ROOT;
  symlinkSync(built, path.join(place.folder, 'node_modules', 'tidemark'), 'dir');
  writeFileSync(
    path.join(place.folder, 'temporal.config.js'),
    `const { defineConfig, defineSource, duckdb, incremental, pipeline, resource } = require('tidemark');
const { z } = require(require.resolve('zod', { paths: [require.resolve('tidemark')] }));
const at = incremental({ cursor: 'at', type: 'iso', initialValue: '2024-01-01', allowExternalSchedulers: true });
const source = defineSource({ name: 'shop', config: z.object({}), resources: () => [resource({ name: 'orders', incremental: { at }, extract: () => [] })] });
exports.default = defineConfig({ pipelines: [{
  pipeline: pipeline({ name: 'shop', destination: duckdb() }), source: () => source(),
  schedule: { cron: '@daily', startDate: '2024-01-01', endDate: '2024-01-06', catchup: true },
}] });
`,
  );
  const read = `const { openClient } = require('tidemark/client');
openClient().then(async (client) => {
  const [{ resource, gaps: [gap] }] = await client.intervals('shop');
  console.log(JSON.stringify({ resource, cause: gap.cause }));
  await client.close();
});`;
  const { stdout, stderr } = spawnSync(process.execPath, ['-e', read], {
    cwd: place.folder,
    encoding: 'utf8',
  });
  expect({ stdout, stderr }).toEqual({
    stdout: '{"resource":"orders","cause":"never-planned"}\n',
    stderr: '',
  });
});
