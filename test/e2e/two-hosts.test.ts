import type { ChildProcess } from 'node:child_process';
import { existsSync, mkdirSync, renameSync } from 'node:fs';
import path from 'node:path';
import { type LoadIntervalInput, manualRunId, WORKFLOWS } from '../../src/contracts';
import { awaitRun, type RunEnd, type TemporalAccess } from '../../src/temporal';
import { openTestServer } from '../temporal/test-server';
import { askDuckdb, makeProject, type Project, printed, result } from './project';

const CONFIG = `import { defineConfig, defineSource, duckdb, pipeline, resource } from 'tidemark';

const orders = resource({ name: 'orders', primaryKey: 'id', writeDisposition: 'merge', extract: () => [[{ id: 1 }, { id: 2 }]] });
const shop = defineSource({ name: 'shop', resources: () => [orders] });

export default defineConfig({
  pipelines: [
    {
      pipeline: pipeline({ name: 'shop', destination: duckdb({ path: 'shop.duckdb' }), dataset: 'data' }),
      source: () => shop(),
      retries: 0,
    },
  ],
});
`;

describe('two hosts, each with a file of the same name on its own disk', () => {
  let project: Project;
  let access: TemporalAccess;
  const workers: ChildProcess[] = [];

  beforeAll(async () => {
    project = await makeProject(CONFIG, {
      url: 'http://127.0.0.1:9',
      credentials: { subdomain: 'none', email: 'none@example.com', password: 'none of it' },
    });
    access = await openTestServer(project.folder);
    for (const host of ['a', 'b']) mkdirSync(path.join(project.folder, host));
  });
  afterAll(async () => {
    for (const worker of workers) worker.kill('SIGKILL');
    await access.close();
    await project.remove();
  });

  const fileOf = (host: string): string => path.join(project.folder, host, 'shop.duckdb');
  const on = (host: string) => ({
    env: { HOST_OF_TEST: `host-${host}`, TEMPORAL_ADDRESS: access.address },
    folder: path.join(project.folder, host),
  });
  /** Runs the pipeline with a worker of one host alone. */
  async function runOn(host: string): Promise<RunEnd | undefined> {
    const { env, folder } = on(host);
    const worker = project.start(path.join('test', 'e2e', 'worker-process.js'), [], env, folder);
    workers.push(worker);
    const ended = result(worker);
    await printed(worker, 'working');
    const { client } = access;
    const workflowId = manualRunId('shop');
    const args: [LoadIntervalInput] = [{ version: 1, pipeline: 'shop', kind: 'manual' }];
    await client.workflow.start(WORKFLOWS.loadInterval, { workflowId, taskQueue: 'tidemark', args });
    const end = await awaitRun({ client, workflowId });
    worker.kill('SIGTERM');
    await ended;
    return end;
  }
  const loads = async (host: string) =>
    (await askDuckdb(fileOf(host), "select status from data._tidemark_intervals where status = 'loaded'"))
      .length;

  test('load into the one that was first; a file that is moved may be loaded into where it is', async () => {
    expect(await runOn('a')).toMatchObject({ status: 'completed' });
    expect(await runOn('b')).toMatchObject({
      status: 'failed',
      result: {
        outcomes: [
          {
            error: {
              code: 'DATASET_MISMATCH',
              message: expect.stringMatching(
                /"data" is on the host "host-a".*a\/shop\.duckdb.*nothing is stored/,
              ),
            },
          },
        ],
      },
    });
    expect(existsSync(fileOf('b'))).toBe(false);
    expect(await runOn('a')).toMatchObject({ status: 'completed' });
    expect(await loads('a')).toBe(2);

    renameSync(fileOf('a'), fileOf('b'));
    expect(await runOn('b')).toMatchObject({ status: 'completed' });
    expect(await loads('b')).toBe(3);
    expect(await runOn('a')).toMatchObject({ status: 'failed' });
    expect(existsSync(fileOf('a'))).toBe(false);

    const { env, folder } = on('a');
    const forget = await project.tidemark(['doctor', '--forget-host', 'shop'], env, folder);
    expect(forget.stdout).toContain('The host of the dataset of shop is forgotten');
    expect(await runOn('a')).toMatchObject({ status: 'completed' });
    expect(await loads('a')).toBe(1);
    expect(await runOn('b')).toMatchObject({
      status: 'failed',
      result: {
        outcomes: [{ error: { message: expect.stringContaining('another dataset is') } }],
      },
    });
    expect(await loads('b')).toBe(3);
  }, 180_000);
});
