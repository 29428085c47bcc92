import type { ChildProcess } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { startZendeskEmulator, type ZendeskEmulator } from '../emulators/zendesk';
import {
  type CommandResult,
  configText,
  countTables,
  makeProject,
  type Project,
  printed,
  result,
} from './project';

const SCHEDULE = "cron: '@weekly', startDate: '2023-02-01', endDate: '2023-02-13', catchup: true";
const CLI = path.join('src', 'cli', 'main.js');

describe('commands that go through Temporal', () => {
  let emulator: ZendeskEmulator;
  let project: Project;
  let dev: ChildProcess;
  let devEnd: Promise<CommandResult>;

  beforeAll(async () => {
    emulator = await startZendeskEmulator({
      perDay: { tickets: 5, ticket_events: 40, ticket_metric_events: 10 },
    });
    project = await makeProject(configText(SCHEDULE), emulator);
    dev = project.start(CLI, ['dev']);
    devEnd = result(dev);
    await printed(dev, 'Watching');
  });
  afterAll(async () => {
    dev.kill('SIGKILL');
    await emulator.close();
    await project.remove();
  });

  /** What the source has of one day. */
  const rowsOf = (resource: 'tickets' | 'ticket_events' | 'ticket_metric_events', day: string): number =>
    emulator.expected({ from: `${day}T00:00:00Z`, to: Date.parse(`${day}T00:00:00Z`) / 1000 + 86_400 })[
      resource
    ].length;

  test('dev deploys, and catches up what is missing', async () => {
    const { code, stdout } = await project.tidemark(['show', 'tidemark-support-catchup']);
    expect({ code, stdout }).toEqual({
      code: 0,
      stdout: expect.stringMatching(/^support \[2023-02-05, 2023-02-19\): 2 intervals loaded, \d+ rows\n$/),
    });
  });

  test('deploying again changes nothing, and says so', async () => {
    const { code, stdout } = await project.tidemark(['deploy', '--dry-run', '--json']);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      dryRun: true,
      schedules: [{ action: 'unchanged', differences: [] }],
    });
  });

  test('run loads a range through the worker and prints what became of each resource; dev tells it, too', async () => {
    const told = printed(dev, '✓ support  [2023-05-01, 2023-05-02)  ');
    const { code, stdout } = await project.tidemark([
      'run',
      'support',
      '--from',
      '2023-05-01',
      '--to',
      '2023-05-02',
    ]);
    expect(code).toBe(0);
    await told;
    expect(stdout).toMatch(/^support \[2023-05-01, 2023-05-02\)\n/);
    expect(stdout).toMatch(
      new RegExp(`^ticket_events +loaded +${rowsOf('ticket_events', '2023-05-01')} `, 'm'),
    );
  });

  test('a failed run exits with 1; its last lines name resource, interval, cause and the rerun command', async () => {
    emulator.setFaults({ missingFieldEvery: 1 });
    const argv = ['run', 'support', '-r', 'tickets', '--from', '2023-06-01', '--to', '2023-06-02'];
    const { code, stderr } = await project.tidemark(argv);
    const again = await project.tidemark([...argv, '--replace', '--force']);
    emulator.setFaults({});
    expect(again.stderr.trimEnd().split('\n').at(-1)).toBe(
      'again:  tidemark run support --resource tickets --from 2023-06-01 --to 2023-06-02 --replace --force',
    );
    expect(code).toBe(1);
    const lines = stderr.trimEnd().split('\n');
    expect(lines.slice(-2).join('\n')).toMatch(
      /failed tickets \[2023-06-01, 2023-06-02\): .*"tickets".*\[HTTP_UNEXPECTED_BODY\]\nagain: {2}tidemark run support --resource tickets --from 2023-06-01 --to 2023-06-02$/,
    );
  });

  test('the rerun command of a failed run loads it', async () => {
    const argv = [
      'run',
      'support',
      '--resource',
      'tickets',
      '--from',
      '2023-06-01',
      '--to',
      '2023-06-02',
      '--json',
    ];
    const { code, stdout } = await project.tidemark(argv);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      result: {
        outcomes: [{ resource: 'tickets', status: 'loaded', rows: rowsOf('tickets', '2023-06-01') }],
      },
    });
  });

  test('Ctrl-C detaches from a run, which goes on and can be watched again', async () => {
    emulator.setFaults({ latencyMs: 1500 });
    const watching = project.start(CLI, ['run', 'support', '--from', '2023-07-01', '--to', '2023-07-02']);
    const end = result(watching);
    await printed(watching, 'interval [2023-07-01, 2023-07-02)');
    watching.kill('SIGINT');
    const { code, stderr } = await end;
    expect(code).toBe(0);
    const again = /^watch again: {2}tidemark (show .*)$/m.exec(stderr);
    emulator.setFaults({});
    const shown = await project.tidemark(again?.[1]?.split(' ') ?? []);
    expect(shown.code).toBe(0);
    expect(shown.stdout).toMatch(
      new RegExp(`^ticket_metric_events +loaded +${rowsOf('ticket_metric_events', '2023-07-01')} `, 'm'),
    );
  });

  test('backfill loads what is missing of a range, then finds nothing missing', async () => {
    const updated = printed(dev, 'updated Schedule tidemark-support');
    await project.writeConfig(configText(SCHEDULE.replace('2023-02-13', '2023-02-20')));
    await updated;
    await project.tidemark(['show', 'tidemark-support-catchup']);
    const { code, stdout } = await project.tidemark(['backfill', 'support']);
    expect({ code, stdout }).toEqual({
      code: 0,
      stdout: expect.stringContaining('nothing is missing, nothing was loaded'),
    });
    const counts = await countTablesOf(project);
    const ranges = [
      { from: '2023-02-05T00:00:00Z', to: '2023-02-26T00:00:00Z' },
      { from: '2023-05-01T00:00:00Z', to: '2023-05-02T00:00:00Z' },
      { from: '2023-07-01T00:00:00Z', to: '2023-07-02T00:00:00Z' },
    ];
    const sum = ranges
      .map((range) => emulator.expectedCounts(range).ticket_events ?? 0)
      .reduce((a, b) => a + b);
    expect(counts.ticket_events).toBe(sum);
  });

  // what is printed is held against its schema by project.tidemark
  test.each([
    [
      ['show', 'tidemark-support-catchup'],
      { status: 'completed', result: { pipeline: 'support', failed: 0 } },
    ],
    [['backfill', 'support'], { status: 'completed', result: { total: 0 } }],
    [
      ['run', '--all', '--interval-at', '2023-02-12'],
      { pipelines: [{ pipeline: 'support', status: 'loaded' }] },
    ],
    [['run', 'support', '--interval-at', '2023-02-12', '--detach'], { attached: false }],
    [['resize', 'tidemark-support-catchup', '--parallel', '2'], { error: {} }],
    [['doctor'], expect.arrayContaining([expect.objectContaining({ what: 'Temporal', ok: true })])],
  ])('%j --json is what its schema says', async (argv, expected) => {
    expect(JSON.parse((await project.tidemark([...argv, '--json'])).stdout)).toMatchObject(expected);
  });

  test('status tells what is deployed, loaded and missing; pause and resume change it', async () => {
    expect((await project.tidemark(['pause', 'support', '--reason', 'a test', '--json'])).code).toBe(0);
    const paused = await project.tidemark(['status', 'support', '--json']);
    expect(JSON.parse(paused.stdout)).toMatchObject([
      {
        pipeline: 'support',
        schedule: { exists: true, paused: true, note: 'a test' },
        resources: [{ resource: 'tickets', gaps: 0, last: '2023-02-26T00:00:00Z' }, {}, {}],
      },
    ]);
    expect((await project.tidemark(['resume', 'support'])).stdout).toBe('support: resumed\n');
    expect((await project.tidemark(['status'])).stdout).toMatch(/^tickets +\d+ +\d+ +2023-02-26 +0$/m);
  });

  test('a wrong change of the config is told by dev, which goes on with the one before', async () => {
    const refused = printed(dev, 'The deployment before stays.');
    await project.writeConfig(configText("cron: 'never'"));
    await refused;
    const accepted = printed(dev, 'temporal.config.ts changed.');
    await project.writeConfig(configText(SCHEDULE.replace('2023-02-13', '2023-02-20')));
    await accepted;
  });

  test('a run that does not exist is wrong use', async () => {
    expect(await project.tidemark(['show', 'nothing'])).toMatchObject({ code: 2, stdout: '' });
    expect(await project.tidemark(['cancel', 'nothing'])).toMatchObject({ code: 2, stdout: '' });
  });

  test('Ctrl-C ends dev and its server', async () => {
    const record = path.join(project.folder, '.tidemark', 'temporal.json');
    const { pid } = JSON.parse(await readFile(record, 'utf8')) as { pid: number };
    dev.kill('SIGINT');
    expect((await devEnd).code).toBe(0);
    expect(() => process.kill(pid, 0)).toThrow(/ESRCH/);
  });
});

/** The worker lets go of the file when it has been idle for two seconds: asked until then. */
async function countTablesOf(project: Project): Promise<Record<string, number>> {
  for (;;) {
    try {
      return await countTables(project.database, 'support_data');
    } catch (error) {
      if (!/lock/i.test(String(error))) throw error;
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  }
}
