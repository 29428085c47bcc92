import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { startZendeskEmulator, type ZendeskEmulator } from '../emulators/zendesk';
import { configText, makeProject, type Project, printed, result } from './project';

const CLI = path.join('src', 'cli', 'main.js');

/** A pipeline whose load goes on until its process ends. */
const WAITING = `import { defineConfig, defineSource, duckdb, pipeline, resource } from 'tidemark';

const source = defineSource({
  name: 'shop',
  resources: () => [
    resource({
      name: 'orders',
      async *extract() {
        console.error('extracting');
        yield [{ id: 1 }];
        await new Promise((resolve) => setTimeout(resolve, 600_000));
      },
    }),
  ],
});

export default defineConfig({
  pipelines: [
    { pipeline: pipeline({ name: 'shop', destination: duckdb({ path: 'shop.duckdb' }), dataset: 'data' }), source: () => source() },
  ],
});
`;

interface ServerProcesses {
  readonly pid: number;
  readonly supervisorPid: number;
}

describe("a project's own server that was killed", () => {
  let emulator: ZendeskEmulator;
  let project: Project;
  beforeAll(async () => {
    emulator = await startZendeskEmulator({
      perDay: { tickets: 2, ticket_events: 2, ticket_metric_events: 2 },
    });
    project = await makeProject(configText("cron: '@weekly', startDate: '2023-02-01'"), emulator);
  });
  afterAll(async () => {
    await emulator.close();
    await project.remove();
  });

  const record = async (): Promise<ServerProcesses> =>
    JSON.parse(
      await readFile(path.join(project.folder, '.tidemark', 'temporal.json'), 'utf8'),
    ) as ServerProcesses;

  test('dev starts it again with its data and goes on, also where its supervisor was killed; one SIGTERM ends dev', async () => {
    const dev = project.start(CLI, ['dev']);
    const ended = result(dev);
    try {
      await printed(dev, 'Watching');
      const first = await record();
      let again = Promise.all([printed(dev, 'it is started again'), printed(dev, 'Watching')]);
      process.kill(first.pid, 'SIGKILL');
      await again;

      const second = await record();
      expect(second.pid).not.toBe(first.pid);
      const run = await project.tidemark(['run', 'support', '--from', '2023-05-01', '--to', '2023-05-02']);
      expect(run).toMatchObject({ code: 0, stdout: expect.stringMatching(/^tickets +loaded +2 /m) });
      again = Promise.all([printed(dev, 'it is started again'), printed(dev, 'Watching')]);
      process.kill(second.supervisorPid, 'SIGKILL');
      await again;

      const third = await record();
      // two servers never write one database
      expect(() => process.kill(second.pid, 0)).toThrow(/ESRCH/);
      const shown = await project.tidemark(['status', '--json']);
      expect(shown.code).toBe(0);
      expect(shown.stdout).toMatch(/"exists": ?true/);
      expect(shown.stdout).toContain('tidemark-support');
      dev.kill('SIGTERM');
      expect((await ended).code).toBe(0);
      for (const pid of [third.pid, third.supervisorPid]) expect(() => process.kill(pid, 0)).toThrow(/ESRCH/);
    } finally {
      dev.kill('SIGKILL');
      await ended;
    }
  });

  test('a command that waits for it ends, saying why and what helps', async () => {
    await project.writeConfig(WAITING);
    const run = project.start(CLI, ['run', 'shop']);
    const ended = result(run);
    try {
      await printed(run, 'extracting');
      process.kill((await record()).pid, 'SIGKILL');
      const { code, stderr } = await ended;
      expect(code).toBe(1);
      expect(stderr).toMatch(/own Temporal server has ended.*Its data is kept.*TEMPORAL_UNAVAILABLE/s);
    } finally {
      run.kill('SIGKILL');
      await ended;
    }
  });
});
