import { existsSync } from 'node:fs';
import path from 'node:path';
import { openClient, type SchemaHistory, type TidemarkClient } from '../../src/operate';
import { createWorker } from '../../workers';
import { startTestServer } from '../temporal/test-server';
import { temporaryFolder } from '../temporary-folder';
import { days, destinations, HUGE, load, MARKUP, marketConfig, type Script } from './market';
import { shopConfig } from './shop';

type Source = SchemaHistory['sources'][number];

const tableOf = (source: Source, name: string) => source.tables.find(({ table }) => table === name)!;

describe.each(destinations)('the history of a pipeline, in %s', (name, destination) => {
  const folder = temporaryFolder(`history-${name}`);
  const script: Script = {};
  let client: TidemarkClient;

  const sourceOf = async (): Promise<Source> => (await client.history('shop')).sources[0]!;

  beforeAll(async () => {
    client = await openClient(marketConfig(folder, await destination(folder), script), { directory: folder });
  });
  afterAll(() => client.close());

  test('is empty before the first load, and makes nothing', async () => {
    const history = await client.history('shop');
    expect(history).toMatchObject({
      pipeline: 'shop',
      sources: [{ source: 'market', tables: [], versions: [], states: [] }],
      intervals: [],
    });
    expect(existsSync(path.join(folder, '.tidemark'))).toBe(false);
  });

  test('has tables under their parents and columns with types, each with the version that it came with', async () => {
    for (const day of [1, 2, 3]) await load(client, ['orders', 'visits'], days(day));
    const source = await sourceOf();
    const { versions, tables } = source;
    const numbers = versions.map(({ version }) => version);
    expect(numbers).toEqual(numbers.toSorted((a, b) => a - b));
    expect(versions.map(({ at }) => Date.parse(at))).toEqual(
      versions.map(({ at }) => Date.parse(at)).toSorted((a, b) => a - b),
    );
    expect(tables.map(({ table, parent }) => [table, parent]).slice(0, 3)).toEqual([
      ['orders', undefined],
      ['orders__items', 'orders'],
      ['orders__items__labels', 'orders__items'],
    ]);
    const orders = tableOf(source, 'orders');
    expect(orders).toMatchObject({ resource: 'orders', writeDisposition: 'merge', since: versions[0] });
    const columns = new Map(orders.columns.map((column) => [column.column, column]));
    expect(columns.get('id')).toEqual({
      column: 'id',
      type: 'bigint',
      nullable: false,
      hints: ['primary key'],
      since: versions[0],
    });
    expect(columns.get('at')).toMatchObject({ type: 'timestamp', hints: ['cursor'], since: versions[0] });
    // a type of today, of a column of the first version
    expect(columns.get('amount')).toMatchObject({ type: 'double', nullable: true, since: versions[0] });
    const { since } = columns.get('gift')!;
    expect(versions).toContainEqual(since);
    expect(since!.version).toBeGreaterThan(versions[0]!.version);
    expect(tables.map(({ table }) => table).filter((table) => table.startsWith('_'))).toEqual([]);
  });

  test('has what newest intervals brought, all resources together, oldest first', async () => {
    const { intervals } = await client.history('shop');
    expect(intervals).toEqual([
      { ...days(1), rows: 4, seconds: undefined },
      { ...days(2), rows: 4, seconds: undefined },
      { ...days(3), rows: 3, seconds: undefined },
    ]);
  });

  test('has the cursors of each resource, and what else it keeps', async () => {
    const orders = async () => (await sourceOf()).states.find(({ resource }) => resource === 'orders')!;
    expect(await orders()).toMatchObject({ pipeline: 'shop', cursors: [] });
    await load(client, ['orders']);
    const cursor = { cursor: 'at', initialValue: days(1).start };
    expect((await orders()).cursors).toEqual([{ ...cursor, lastValue: '2024-01-01T06:00:00Z' }]);
    script.lastDay = 3;
    await load(client, ['orders']);
    const { cursors, other } = await orders();
    expect(cursors).toEqual([{ ...cursor, lastValue: '2024-01-03T06:00:00Z' }]);
    expect(JSON.parse(other!.replace(String(HUGE), '"HUGE"'))).toEqual({
      seen: { days: [1, 2, 3], huge: 'HUGE', who: MARKUP },
    });
    // the loads of a run without an interval are found by what they covered
    const [newest] = await client.loads('shop', days(3));
    expect(newest?.state?.after).toContain('2024-01-03T06:00:00Z');
    expect(newest?.state?.before).toContain('2024-01-01T06:00:00Z');
  });
});

describe('the history of a pipeline that Temporal runs', () => {
  test('tells how long each run took', async () => {
    const server = await startTestServer();
    const config = shopConfig(server.projectDir, { day: () => undefined });
    const client = await openClient(config, { directory: server.projectDir, temporal: server });
    const worker = await createWorker({ access: server, config: client.config });
    try {
      const interval = { from: days(1).start, to: days(1).end };
      const { workflowId } = await client.startRun({ pipeline: 'shop', ...interval });
      await client.watchRun(workflowId);
      const [entry] = client.config.pipelines;
      await entry!.pipeline.run(entry!.sources()[0]!, { interval: days(2) });
      const run = await client.findRun(workflowId);
      const seconds = (run.closedAt!.getTime() - run.startedAt.getTime()) / 1000;
      const { intervals } = await client.history('shop');
      expect(seconds).toBeGreaterThan(0);
      expect(intervals).toEqual([
        { ...days(1), rows: 4, seconds },
        { ...days(2), rows: 4, seconds: undefined },
      ]);
    } finally {
      await worker.stop();
      await client.close();
      await server.close();
    }
  });
});
