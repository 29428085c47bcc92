import { type Pipeline, pipeline } from '../../../src';
import { statusAsJson } from '../../../src/cli/output/status';
import type { TidemarkConfig } from '../../../src/config';
import type { LoadCost } from '../../../src/contracts';
import { openClient } from '../../../src/operate';
import { summaryOf } from '../../../src/operate/intervals';
import type { Source } from '../../../src/source';
import { asProcess, newPrefix, withPrefix } from '../../bigquery/destinations';
import { type BigQueryFake, startBigQuery } from '../../emulators/bigquery';
import { shopConfig } from '../../operate/shop';
import { commit, packageOf, temporaryFolder } from '../harness';

let fake: BigQueryFake;
const folder = temporaryFolder();

beforeAll(async () => {
  fake = await startBigQuery();
});
afterAll(() => fake.close());

/** What all jobs from one on cost by their own statistics. */
function costSince(before: number) {
  const jobs = fake.jobs().slice(before);
  const sum = (of: (statistics: NonNullable<(typeof jobs)[number]['statistics']>) => unknown): number =>
    jobs.reduce((total, { statistics }) => total + Number(of(statistics ?? {}) ?? 0), 0);
  return {
    jobs: jobs.length,
    bytesProcessed: sum(({ totalBytesProcessed }) => totalBytesProcessed),
    bytesBilled: sum(({ query }) => query?.totalBytesBilled),
    slotMs: sum(({ totalSlotMs }) => totalSlotMs),
  };
}

test('what a commit has cost is what its jobs say, and its ledger row has what was known when it was written', async () => {
  const destination = asProcess(fake, { prefix: newPrefix() });
  const dataset = await destination.open({ pipeline: 'p', dataset: 'data', workDir: folder });
  await commit(dataset, { resources: [{ rows: [{ id: 1 }] }] });
  const load = await packageOf(dataset, {
    key: 'two',
    resources: [
      { disposition: 'merge', primaryKey: ['id'], rows: [{ id: 1 }, { id: 2 }] },
      { name: 'b', rows: [{ id: 1 }] },
    ],
  });
  const before = fake.jobs().length;
  const { cost } = await dataset.commit(load);
  expect(cost).toEqual(costSince(before));
  expect(cost!.bytesBilled).toBeGreaterThan(0);
  const rows = (await dataset.ledger()).filter(({ load_key }) => load_key === 'two');
  // a load is told of once, by its first resource
  expect(rows).toHaveLength(2);
  const [first, other] = ['items', 'b'].map((name) => rows.find(({ resource }) => resource === name));
  expect(other?.bytes_billed ?? null).toBeNull();
  expect(first!.bytes_billed).toBeGreaterThan(0);
  expect(first!.bytes_billed).toBeLessThanOrEqual(cost!.bytesBilled);
  expect(first!.slot_ms).toBeLessThanOrEqual(cost!.slotMs);
  await dataset.close();
});

test('a load that was done before costs what it took to find that', async () => {
  const destination = asProcess(fake, { prefix: newPrefix() });
  const dataset = await destination.open({ pipeline: 'p', dataset: 'data', workDir: folder });
  const load = await packageOf(dataset, { resources: [{ rows: [] }] });
  await dataset.commit(load);
  const before = fake.jobs().length;
  const { status, cost } = await dataset.commit(load);
  expect(status).toBe('skipped');
  expect(cost).toEqual(costSince(before));
  await dataset.close();
});

describe('of a pipeline', () => {
  const shop = (): TidemarkConfig<Pipeline, Source> => {
    const config = shopConfig(folder, { day: () => undefined });
    const [entry] = config.pipelines;
    const destination = withPrefix(fake, newPrefix());
    return {
      ...config,
      pipelines: [
        { ...entry!, pipeline: pipeline({ name: 'shop', dataset: 'shop', destination, workDir: folder }) },
      ],
    };
  };

  test('the report of a run says it, and the status of each interval', async () => {
    await using client = await openClient(shop(), { directory: folder });
    const [entry] = client.config.pipelines;
    const before = fake.jobs().length;
    const costs: LoadCost[] = [];
    for (const day of [1, 2]) {
      const interval = { start: `2024-01-0${day}T00:00:00Z`, end: `2024-01-0${day + 1}T00:00:00Z` };
      const info = await entry!.pipeline.run(entry!.sources()[0]!, { interval });
      const json = JSON.parse(JSON.stringify(info)) as typeof info;
      const told = json.resources.flatMap(({ cost }) => cost ?? []);
      costs.push(...told);
      const jobs = told.reduce((sum, cost) => sum + cost.jobs, 0);
      expect(String(info)).toMatch(
        new RegExp(`: ${jobs} jobs, .*B processed, .*B billed, .*s of slots$`, 'm'),
      );
    }
    const total = (of: 'jobs' | 'bytesBilled'): number => costs.reduce((sum, cost) => sum + cost[of], 0);
    expect(total('jobs')).toBeLessThanOrEqual(costSince(before).jobs);
    expect(total('bytesBilled')).toBeGreaterThan(0);
    const found = await client.intervals('shop', {});
    const status = statusAsJson({
      pipeline: 'shop',
      schedule: undefined,
      runs: [],
      resources: found.map((one) => summaryOf(one, { schedule: undefined })),
      unread: undefined,
    });
    const { resources } = JSON.parse(JSON.stringify(status)) as {
      readonly resources: readonly { readonly resource: string; readonly cost: unknown }[];
    };
    const day = (n: number) => ({
      start: `2024-01-0${n}T00:00:00Z`,
      end: `2024-01-0${n + 1}T00:00:00Z`,
      bytesBilled: expect.any(Number),
      slotMs: expect.any(Number),
    });
    expect(resources.find(({ resource }) => resource === 'orders')?.cost).toEqual({
      bytesBilled: expect.any(Number),
      slotMs: expect.any(Number),
      intervals: [day(1), day(2)],
    });
  });
});
