import type { ChildProcess } from 'node:child_process';
import path from 'node:path';
import type { GridView, Overview, Session } from '../../../src/ui/api';
import { configText, makeProject, type Project, printed, result } from '../../e2e/project';
import { startZendeskEmulator, type ZendeskEmulator } from '../../emulators/zendesk';
import { ask, listen } from './http';

const CLI = path.join('src', 'cli', 'main.js');
const SCHEDULE = "cron: '@weekly', startDate: '2023-02-01', endDate: '2023-02-13', catchup: true";
const DAILY = "cron: '@daily', startDate: '2023-02-01', endDate: '2023-02-03', catchup: true";

let emulator: ZendeskEmulator;
let project: Project;
const running = new Set<ChildProcess>();

beforeEach(async () => {
  emulator = await startZendeskEmulator({
    perDay: { tickets: 5, ticket_events: 40, ticket_metric_events: 10 },
  });
  project = await makeProject(configText(SCHEDULE), emulator);
});
afterEach(async () => {
  for (const child of running) child.kill('SIGKILL');
  running.clear();
  await emulator.close();
  await project.remove();
});

/** Starts a command, and gives the address of the page that it prints. */
async function serve(args: readonly string[]) {
  const child = project.start(CLI, args);
  running.add(child);
  const ended = result(child);
  let heard = '';
  const hear = (chunk: unknown): void => {
    heard += String(chunk);
  };
  child.stdout?.on('data', hear);
  child.stderr?.on('data', hear);
  await printed(child, 'Ctrl-C stops.');
  const [, link = ''] = /^Page at (\S+)$/m.exec(heard) ?? [];
  return { child, ended, link, heard: () => heard };
}

describe('tidemark ui', () => {
  test('serves the page where no server ever was, starts none, and ends quickly with open streams', async () => {
    const { child, ended, link } = await serve(['ui', '--port', '0', '--read-only']);
    expect(link).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    expect((await ask(link, '/api/session')).json<Session>()).toMatchObject({
      pipelines: ['support'],
      readOnly: true,
      temporal: {},
    });
    expect((await ask(link, '/')).text).toContain('<script type="module" src="/app.js">');
    expect((await ask(link, '/api/overview')).json<Overview>()).toMatchObject({
      pipelines: [{ pipeline: 'support', schedule: { deployed: false } }],
    });
    expect((await ask(link, '/api/pipelines/support/grid')).json<GridView>().states).toEqual([
      'mm',
      'mm',
      'mm',
    ]);
    const stream = await listen(link, '/api/events?pipeline=support');
    child.kill('SIGINT');
    await stream.ended;
    expect(await ended).toMatchObject({ code: 0, stdout: `Page at ${link}\n` });
  });

  test('with --host needs the link that it prints; with --json that is an object', async () => {
    const first = await serve(['ui', '--port', '0', '--host', '0.0.0.0', '--json']);
    const { url, link } = JSON.parse(first.heard().split('\n')[0] ?? '') as { url: string; link: string };
    expect(link).toMatch(/\/\?token=[\w-]{43}$/);
    const local = `http://127.0.0.1:${new URL(url).port}`;
    expect((await ask(local, '/')).status).toBe(401);
    expect((await ask(local, `/${new URL(link).search}`)).status).toBe(303);
  });

  test('says what is wrong with an option, and serves nothing', async () => {
    for (const [args, says] of [
      [['--token', 'short'], 'needs at least 16'],
      [['--port', '65536'], 'is not a port'],
      [['--host', '203.0.113.7', '--port', '0'], 'this machine has no such address'],
    ] as const) {
      const { code, stderr } = await project.tidemark(['ui', ...args]);
      expect({ args, code, stderr }).toEqual({ args, code: 2, stderr: expect.stringContaining(says) });
    }
  });
});

describe('tidemark dev', () => {
  test('serves the page of the config as it is now', async () => {
    const { child, ended, link } = await serve(['dev', '--ui-port', '0']);
    const session = async () => (await ask(link, '/api/session')).json<Session>();
    expect((await session()).temporal.uiUrl).toMatch(/^http/);
    const stream = await listen(link, '/api/events?pipeline=support');
    const changed = printed(child, 'update');
    await project.writeConfig(configText(DAILY));
    await changed;
    await stream.next('pipeline:support', stream.topics.length);
    let grid = (await ask(link, '/api/pipelines/support/grid')).json<GridView>();
    while (grid.starts.length !== 3) grid = (await ask(link, '/api/pipelines/support/grid')).json<GridView>();
    child.kill('SIGINT');
    await stream.ended;
    expect(await ended).toMatchObject({ code: 0 });
  });

  test('serves none with --no-ui, and says which port it cannot have', async () => {
    const { child, heard, ended } = await serve(['dev', '--no-ui']);
    expect(heard()).not.toContain('Page at');
    child.kill('SIGINT');
    await ended;
    const taken = new URL(emulator.url).port;
    expect(await project.tidemark(['dev', '--ui-port', taken])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining(`--ui-port cannot be port ${taken}`),
    });
  });
});

test('the emulator refuses what begins in a time until its faults are set anew', async () => {
  const at = (iso: string): number => Date.parse(iso) / 1000;
  emulator.setFaults({ failsDuring: { from: at('2023-05-07T00:00:00Z'), to: at('2023-05-14T00:00:00Z') } });
  const { email, password } = emulator.credentials;
  const headers = { authorization: `Basic ${Buffer.from(`${email}:${password}`).toString('base64')}` };
  const statusAt = async (iso: string) =>
    (await ask(emulator.url, `/api/v2/incremental/tickets.json?start_time=${at(iso)}`, { headers })).status;
  expect(await statusAt('2023-05-06T23:59:59Z')).toBe(200);
  expect(await statusAt('2023-05-07T00:00:00Z')).toBe(422);
  expect(await statusAt('2023-05-13T23:59:59Z')).toBe(422);
  expect(await statusAt('2023-05-14T00:00:00Z')).toBe(200);
  emulator.setFaults({});
  expect(await statusAt('2023-05-10T00:00:00Z')).toBe(200);
});
