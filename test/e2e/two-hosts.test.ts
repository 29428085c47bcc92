import type { ChildProcess } from 'node:child_process';
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import { WithStartWorkflowOperation } from '@temporalio/client';
import {
  type DatasetHome,
  type HomeAnswer,
  type HomeAsk,
  type HomeInput,
  homeId,
  type LoadIntervalInput,
  manualRunId,
  UPDATES,
  WORKFLOWS,
} from '../../src/contracts';
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
  async function startWorker(host: string) {
    const { env, folder } = on(host);
    const worker = project.start(path.join('test', 'e2e', 'worker-process.js'), [], env, folder);
    workers.push(worker);
    const ended = result(worker);
    return { worker, ended, working: printed(worker, 'working') };
  }
  async function run(): Promise<RunEnd | undefined> {
    const { client } = access;
    const workflowId = manualRunId('shop');
    const args: [LoadIntervalInput] = [{ version: 1, pipeline: 'shop', kind: 'manual' }];
    await client.workflow.start(WORKFLOWS.loadInterval, { workflowId, taskQueue: 'tidemark', args });
    return awaitRun({ client, workflowId });
  }
  /** Runs the pipeline with a worker of one host alone. */
  async function runOn(host: string): Promise<RunEnd | undefined> {
    const { worker, ended, working } = await startWorker(host);
    await working;
    const end = await run();
    worker.kill('SIGTERM');
    await ended;
    return end;
  }
  /** What a worker says that doesn't start. */
  async function refusedOn(host: string): Promise<string> {
    const { ended, working } = await startWorker(host);
    await expect(working).rejects.toThrow('ended with 1');
    return (await ended).stderr;
  }
  /** As a worker of another host asks. */
  async function askHome(found: DatasetHome): Promise<void> {
    const args: [HomeInput] = [{ version: 1 }];
    const startWorkflowOperation = new WithStartWorkflowOperation<(input: HomeInput) => Promise<void>>(
      WORKFLOWS.home,
      {
        workflowId: homeId('tidemark', 'shop.duckdb/data'),
        taskQueue: 'tidemark',
        args,
        workflowIdConflictPolicy: 'USE_EXISTING',
      },
    );
    await access.client.workflow.executeUpdateWithStart<
      (input: HomeInput) => Promise<void>,
      HomeAnswer,
      [HomeAsk]
    >(UPDATES.askHome, { args: [{ version: 1, ...found }], startWorkflowOperation });
  }
  const loads = async (host: string) =>
    (await askDuckdb(fileOf(host), "select status from data._tidemark_intervals where status = 'loaded'"))
      .length;

  test('the second one is refused; a file that is moved may be loaded into where it is', async () => {
    expect(await runOn('a')).toMatchObject({ status: 'completed' });
    expect(await refusedOn('b')).toMatch(
      /"data" is on the host "host-a".*a\/shop\.duckdb.*nothing is stored/,
    );
    expect(existsSync(fileOf('b'))).toBe(false);
    expect(await runOn('a')).toMatchObject({ status: 'completed' });
    expect(await loads('a')).toBe(2);

    renameSync(fileOf('a'), fileOf('b'));
    expect(await runOn('b')).toMatchObject({ status: 'completed' });
    expect(await loads('b')).toBe(3);
    expect(await refusedOn('a')).toContain('is on the host "host-b"');
    expect(existsSync(fileOf('a'))).toBe(false);

    const { env, folder } = on('a');
    const [doctor] = JSON.parse((await project.tidemark(['doctor', '--json'], env, folder)).stdout).filter(
      ({ what }: { what: string }) => what === 'host of shop',
    );
    expect(doctor).toEqual({
      what: 'host of shop',
      ok: false,
      detail: expect.stringContaining('is on the host "host-b"'),
    });
    const forget = await project.tidemark(['doctor', '--forget-host', 'shop'], env, folder);
    expect(forget.stdout).toContain('The host of the dataset of shop is forgotten');
    expect(await runOn('a')).toMatchObject({ status: 'completed' });
    expect(await loads('a')).toBe(1);
    expect(await refusedOn('b')).toContain('another dataset is');
    expect(await loads('b')).toBe(3);
  }, 240_000);

  test('a worker that began before anybody had loaded is refused with its first load', async () => {
    const { env, folder } = on('a');
    await project.tidemark(['doctor', '--forget-host', 'shop'], env, folder);
    rmSync(fileOf('b'));
    const { worker, ended, working } = await startWorker('b');
    await working;
    await askHome({ host: 'host-a', location: fileOf('a'), datasetId: 'of host-a' });
    expect(await run()).toMatchObject({
      status: 'failed',
      result: { outcomes: [{ error: { code: 'DATASET_MISMATCH' } }] },
    });
    expect(existsSync(fileOf('b'))).toBe(false);
    worker.kill('SIGTERM');
    await ended;
  }, 120_000);
});
