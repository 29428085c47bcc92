import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { isAlive } from '../../../src/config';
import { connect, serverFolder, startServer } from '../../../src/temporal';
import { endsWithin } from '../../../src/temporal/embedded/ends-within';
import { temporaryFolder } from '../temporary-folder';
import { testEnvironment } from '../test-server';

const children: ChildProcess[] = [];
let project: Awaited<ReturnType<typeof temporaryFolder>>;

beforeEach(async () => {
  project = await temporaryFolder();
});
afterEach(async () => {
  for (const child of children.splice(0)) {
    if (child.exitCode !== null || child.signalCode !== null) continue;
    child.kill('SIGKILL');
    await once(child, 'exit');
  }
  await project.remove();
});

interface Held {
  readonly child: ChildProcess;
  readonly pid: number;
  readonly address: string;
  readonly owned: boolean;
}

/** Another process that starts, or joins, the project's server. */
async function holder(): Promise<Held> {
  const child = spawn(process.execPath, [path.join(__dirname, 'hold-server.js'), project.folder], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: testEnvironment(),
  });
  children.push(child);
  const [line] = (await once(child.stdout, 'data')) as [Buffer];
  return { child, ...(JSON.parse(line.toString()) as Omit<Held, 'child'>) };
}

const start = () => startServer({ projectDir: project.folder, env: testEnvironment() });

describe('the embedded server', () => {
  test('it answers on the loopback interface, keeps history for 90 days, and is gone after stop', async () => {
    const server = await start();
    expect(server.address).toMatch(/^127\.0\.0\.1:\d+$/);
    const connection = await connect({ address: server.address, namespace: server.namespace });
    const { config } = await connection.workflowService.describeNamespace({ namespace: server.namespace });
    expect(Number(config?.workflowExecutionRetentionTtl?.seconds)).toBe(90 * 24 * 3600);
    const ui = await fetch(server.uiUrl, { headers: { connection: 'close' } });
    expect(ui.status).toBe(200);
    await connection.close();
    await server.stop();
    expect(isAlive(server.pid)).toBe(false);
  });

  test('its data and log are for their owner alone, where the folder was there before too', async () => {
    const folder = serverFolder(project.folder);
    await mkdir(folder);
    await writeFile(path.join(folder, 'temporal.log'), '');
    await chmod(folder, 0o755);
    const server = await start();
    const modeOf = async (file: string) => ((await stat(file)).mode & 0o777).toString(8);
    expect(await modeOf(folder)).toBe('700');
    for (const name of ['temporal.db', 'temporal.log', 'temporal.json'])
      expect([name, await modeOf(path.join(folder, name))]).toEqual([name, '600']);
    await server.stop();
  });

  test('a parent that is killed with -9 leaves no server behind', async () => {
    const held = await holder();
    expect(isAlive(held.pid)).toBe(true);
    held.child.kill('SIGKILL');
    expect(await endsWithin(held.pid, 20_000)).toBe(true);
  });

  test('a second start of the same project joins the running server', async () => {
    const first = await start();
    const second = await holder();
    expect(second).toMatchObject({ pid: first.pid, address: first.address, owned: false });
    await first.stop();
    expect(isAlive(first.pid)).toBe(true);
    second.child.kill('SIGKILL');
    expect(await endsWithin(first.pid, 20_000)).toBe(true);
  });

  test('two starts at the same moment give one server', async () => {
    const [one, other] = await Promise.all([holder(), holder()]);
    expect(one.pid).toBe(other.pid);
    expect([one.owned, other.owned].sort()).toEqual([false, true]);
  });

  test('after a crash the next start has the data of the one before', async () => {
    const held = await holder();
    const connection = await connect({ address: held.address, namespace: 'default' });
    await connection.workflowService.startWorkflowExecution({
      namespace: 'default',
      workflowId: 'remembered',
      workflowType: { name: 'none' },
      taskQueue: { name: 'none' },
      requestId: 'one',
    });
    await connection.close();
    held.child.kill('SIGKILL');
    expect(await endsWithin(held.pid, 20_000)).toBe(true);
    const next = await start();
    expect(next.pid).not.toBe(held.pid);
    const again = await connect({ address: next.address, namespace: 'default' });
    const { workflowExecutionInfo } = await again.workflowService.describeWorkflowExecution({
      namespace: 'default',
      execution: { workflowId: 'remembered' },
    });
    expect(workflowExecutionInfo?.execution?.workflowId).toBe('remembered');
    await again.close();
    await next.stop();
  });

  test('a server whose supervisor was killed is ended by the next start', async () => {
    const held = await holder();
    const record = await readFile(path.join(serverFolder(project.folder), 'temporal.json'), 'utf8');
    process.kill((JSON.parse(record) as { supervisorPid: number }).supervisorPid, 'SIGKILL');
    const next = await start();
    expect(next).toMatchObject({ owned: true });
    expect(isAlive(held.pid)).toBe(false);
    await next.stop();
  });

  test('a CLI that cannot start a server is an error with what it said', async () => {
    const failing = startServer({
      projectDir: project.folder,
      env: testEnvironment(),
      cli: process.execPath,
    });
    await expect(failing).rejects.toMatchObject({
      code: 'SERVER_START_FAILED',
      message: expect.stringContaining('temporal.log'),
    });
  });
});
