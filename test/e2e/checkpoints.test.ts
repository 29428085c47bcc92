import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { type S3Emulator, startS3Emulator } from '../../examples/files-emulator';
import { catchUpId } from '../../src/contracts';
import { awaitBackfill, type TemporalAccess } from '../../src/temporal';
import { openTestServer } from '../temporal/test-server';
import { askDuckdb, makeProject, type Project, printed, result } from './project';

const PAGES = 6;
const PAGE_ROWS = 50;

const CONFIG = `import { defineConfig, defineSource, duckdb, incremental, pipeline, resource } from 'tidemark';

const orders = resource({
  name: 'orders',
  primaryKey: 'id',
  resumable: { everyPages: 1 },
  incremental: { at: incremental({ cursor: 'at', type: 'iso', initialValue: '2024-01-01T00:00:00Z', allowExternalSchedulers: true }) },
  async *extract({ http, resumeFrom, checkpoint }) {
    for (let page = Number(resumeFrom ?? 0); page < ${PAGES}; page++) {
      yield (await http.get(\`/pages/\${page}\`)).rows;
      await checkpoint(String(page + 1));
    }
  },
});
const shop = defineSource({ name: 'shop', http: () => ({ baseUrl: process.env.SHOP_URL }), resources: () => [orders] });

export default defineConfig({
  pipelines: [
    {
      pipeline: pipeline({
        name: 'shop',
        destination: duckdb({ path: 'shop.duckdb' }),
        dataset: 'data',
        workDir: process.env.WORK_DIR,
        checkpoints: { s3: {} },
      }),
      source: () => shop(),
      retries: 0,
      schedule: { cron: '@daily', startDate: '2024-01-01', endDate: '2024-01-01', catchup: true },
    },
  ],
});
`;

const pageOf = (page: number) =>
  Array.from({ length: PAGE_ROWS }, (_, row) => ({
    id: page * PAGE_ROWS + row,
    at: `2024-01-01T0${page}:00:00Z`,
    lines: [{ sku: `${page}-${row}` }],
  }));

describe('two workers whose working folders are their own, with checkpoints in a bucket', () => {
  let bucket: S3Emulator;
  let api: Server;
  let project: Project;
  let access: TemporalAccess;
  let asked: number[] = [];
  /** Called with the page that is never answered. */
  let stuck: { readonly page: number; reached(): void } | undefined;

  beforeAll(async () => {
    bucket = await startS3Emulator();
    api = createServer(({ url }, answer) => {
      const page = Number(url!.split('/').at(-1));
      asked.push(page);
      if (page === stuck?.page) stuck.reached();
      else answer.setHeader('content-type', 'application/json').end(JSON.stringify({ rows: pageOf(page) }));
    }).listen(0, '127.0.0.1');
    await once(api, 'listening');
    const url = `http://127.0.0.1:${(api.address() as AddressInfo).port}`;
    project = await makeProject(CONFIG, {
      url,
      credentials: { subdomain: 'none', email: 'none@example.com', password: 'none of it' },
    });
    access = await openTestServer(project.folder);
  });
  afterAll(async () => {
    api.closeAllConnections();
    api.close();
    await access.close();
    await bucket.close();
    await project.remove();
  });

  const environment = (workDir: string): Record<string, string> => ({
    SHOP_URL: `http://127.0.0.1:${(api.address() as AddressInfo).port}`,
    WORK_DIR: workDir,
    CHECKPOINTS__S3__BUCKET: bucket.bucket,
    CHECKPOINTS__S3__ENDPOINT: bucket.url,
    CHECKPOINTS__S3__REGION: bucket.keys.region,
    CHECKPOINTS__S3__ACCESS_KEY_ID: bucket.keys.accessKeyId,
    CHECKPOINTS__S3__SECRET_ACCESS_KEY: bucket.keys.secretAccessKey,
  });
  const startWorker = async (workDir: string) => {
    const worker = project.start(path.join('test', 'e2e', 'worker-process.js'), [], environment(workDir));
    const ended = result(worker);
    await printed(worker, 'working');
    return { worker, ended };
  };

  test('the second goes on where the first was killed in the middle of a load, and every row is there once', async () => {
    expect((await project.tidemark(['deploy'], environment('host-a'))).code).toBe(0);
    const reached = new Promise<void>((resolve) => {
      stuck = { page: 4, reached: resolve };
    });
    const first = await startWorker('host-a');
    await reached;
    first.worker.kill('SIGKILL');
    await first.ended;
    expect(asked).toEqual([0, 1, 2, 3, 4]);
    expect(bucket.stored().filter((key) => key.endsWith('/checkpoint.json'))).toHaveLength(1);

    stuck = undefined;
    asked = [];
    const second = await startWorker('host-b');
    const workflowId = catchUpId('shop');
    const end = await awaitBackfill({ client: access.client, workflowId });
    second.worker.kill('SIGTERM');
    expect((await second.ended).code).toBe(0);
    expect(end).toMatchObject({
      status: 'completed',
      result: { total: 1, loaded: 1, rows: PAGES * PAGE_ROWS },
    });
    expect(asked).toEqual([4, 5]);

    const database = path.join(project.folder, 'shop.duckdb');
    const ids = await askDuckdb(database, 'select id::integer as id from data.orders order by id');
    expect(ids.map(({ id }) => id)).toEqual(Array.from({ length: PAGES * PAGE_ROWS }, (_, id) => id));
    expect(
      await askDuckdb(
        database,
        'select count(*)::integer as n, count(distinct sku)::integer as skus from data.orders__lines',
      ),
    ).toEqual([{ n: PAGES * PAGE_ROWS, skus: PAGES * PAGE_ROWS }]);
    expect(bucket.stored()).toEqual([]);
    for (const workDir of ['host-a', 'host-b', path.join('.tidemark', 'work')])
      expect(existsSync(path.join(project.folder, workDir, 'checkpoints'))).toBe(false);

    const histories: unknown[] = [];
    for await (const { workflowId, runId } of access.client.workflow.list())
      histories.push(await access.client.workflow.getHandle(workflowId, runId).fetchHistory());
    expect(histories.length).toBeGreaterThan(1);
    expect(JSON.stringify(histories)).not.toContain(bucket.keys.secretAccessKey);
  }, 120_000);

  test('neither starts where the bucket refuses its key, and doctor says why', async () => {
    const wrong = { ...environment('host-a'), CHECKPOINTS__S3__SECRET_ACCESS_KEY: 'a-wrong-secret-key' };
    const worker = await project.tidemark(['worker'], wrong);
    expect(worker.code).toBe(1);
    expect(worker.stderr).toMatch(
      /SignatureDoesNotMatch.*"checkpoints\.s3\.secretAccessKey".*CONFIG_INVALID/,
    );
    const doctor = await project.tidemark(['doctor', '--json'], wrong);
    expect(doctor.code).toBe(1);
    expect(JSON.parse(doctor.stdout)).toContainEqual({
      what: 'checkpoints of shop',
      ok: false,
      detail: expect.stringContaining('SignatureDoesNotMatch'),
    });
    expect(JSON.stringify([worker, doctor])).not.toContain('a-wrong-secret-key');
    const good = await project.tidemark(['doctor', '--json'], environment('host-a'));
    expect(JSON.parse(good.stdout)).toContainEqual({
      what: 'checkpoints of shop',
      ok: true,
      detail: `s3://${bucket.bucket}/tidemark/checkpoints/`,
    });
  }, 120_000);
});
