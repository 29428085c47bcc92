import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { startZendeskEmulator, type ZendeskEmulator } from '../emulators/zendesk';
import { configText, countTables, makeProject, type Project } from './project';

const WEEK = ['--from', '2023-02-05', '--to', '2023-02-12'];

describe('commands that need no Temporal', () => {
  let emulator: ZendeskEmulator;
  let project: Project;

  beforeAll(async () => {
    emulator = await startZendeskEmulator({
      perDay: { tickets: 5, ticket_events: 40, ticket_metric_events: 10 },
    });
    project = await makeProject(
      configText("cron: '@weekly', startDate: '2023-02-01', catchup: true"),
      emulator,
    );
  });
  afterAll(async () => {
    await emulator.close();
    await project.remove();
  });

  test('preview shows rows and tables that would arise, and writes nothing', async () => {
    const { code, stdout, stderr } = await project.tidemark([
      'preview',
      'support',
      '-r',
      'ticket_events',
      '-n',
      '3',
      '--json',
    ]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const { tables } = JSON.parse(stdout) as { tables: { table: string; rows: unknown[] }[] };
    expect(tables.map(({ table }) => table)).toEqual(
      expect.arrayContaining(['ticket_events', 'ticket_events__child_events']),
    );
    expect(tables.find(({ table }) => table === 'ticket_events')?.rows).toHaveLength(3);
    expect(existsSync(project.database)).toBe(false);
  });

  test('a wrong password fails with resource, interval, cause and the rerun command, and shows no secret', async () => {
    const { code, stdout, stderr } = await project.tidemark(['run', 'support', '--local', ...WEEK], {
      SOURCES__ZENDESK__CREDENTIALS__PASSWORD: 'not-the-password',
    });
    expect(code).toBe(1);
    expect(stderr).toMatch(/failed tickets \[2023-02-05, 2023-02-12\): .*401.*\[HTTP_UNAUTHORIZED\]/);
    expect(stderr.trimEnd().split('\n').at(-1)).toBe(
      'again:  tidemark run support --resource tickets --resource ticket_events --resource ticket_metric_events --from 2023-02-05 --to 2023-02-12 --local',
    );
    expect(stdout + stderr).not.toContain('not-the-password');
  });

  test('the rerun command asks for all that was asked for', async () => {
    const flags = ['--full-refresh', '--replace', '--force'];
    const { code, stderr } = await project.tidemark(
      ['run', 'support', '--local', '-r', 'tickets', ...WEEK, ...flags],
      { SOURCES__ZENDESK__CREDENTIALS__PASSWORD: 'not-the-password' },
    );
    expect(code).toBe(1);
    expect(stderr.trimEnd().split('\n').at(-1)).toBe(
      `again:  tidemark run support --resource tickets ${WEEK.join(' ')} ${flags.join(' ')} --local`,
    );
  });

  test('a missing secret is told before anything runs, with every place that was looked at', async () => {
    const { code, stderr } = await project.tidemark(['worker'], {
      SOURCES__ZENDESK__CREDENTIALS__PASSWORD: '',
    });
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /credentials\.password[\s\S]*SOURCES__ZENDESK__CREDENTIALS__PASSWORD[\s\S]*secrets\.toml/,
    );
  });

  test('run --local loads exactly the interval, and again nothing more', async () => {
    const first = await project.tidemark(['run', 'support', '--local', ...WEEK]);
    expect(first).toMatchObject({ code: 0, stderr: '' });
    const expected = emulator.expectedCounts({ from: '2023-02-05T00:00:00Z', to: '2023-02-12T00:00:00Z' });
    expect(await countTables(project.database, 'support_data')).toEqual(expected);
    expect((await project.tidemark(['run', 'support', '--local', ...WEEK])).code).toBe(0);
    expect(await countTables(project.database, 'support_data')).toEqual(expected);
  });

  test('query prints a table, and JSON for programs', async () => {
    const sql = 'select count(*) as n, min(created_at) as earliest from ticket_events';
    const plain = await project.tidemark(['query', sql]);
    expect(plain.stdout).toMatch(/^ *n {2}earliest\n *\d+ {2}2023-02-05T/);
    const { stdout } = await project.tidemark(['query', 'select 9007199254740993 as big', '--json']);
    expect(stdout).toContain('"big":9007199254740993');
    const wrong = await project.tidemark(['query', 'selct 1']);
    expect(wrong).toMatchObject({
      code: 1,
      stdout: '',
      stderr: expect.stringMatching(/syntax error at or near "selct"/),
    });
  });

  test('intervals tells what is loaded, and what is missing with the command that loads it', async () => {
    const { code, stdout } = await project.tidemark([
      'intervals',
      'support',
      '-r',
      'tickets',
      '--to',
      '2023-02-26',
    ]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/\[2023-02-05, 2023-02-12\) {2}loaded/);
    expect(stdout).toContain('[2023-02-12, 2023-02-26) is missing: never-planned');
    expect(stdout).toContain('tidemark run support --resource tickets --from 2023-02-12 --to 2023-02-26');
  });

  test('backfill --dry-run prints the missing intervals, says why, and starts nothing', async () => {
    const { code, stdout } = await project.tidemark([
      'backfill',
      'support',
      '--to',
      '2023-02-26',
      '--dry-run',
    ]);
    expect(code).toBe(0);
    expect(stdout).toBe(
      [
        '[2023-02-12, 2023-02-19)  never-planned: tickets, ticket_events, ticket_metric_events',
        '[2023-02-19, 2023-02-26)  never-planned: tickets, ticket_events, ticket_metric_events',
        '2 intervals of support would be loaded.\n',
      ].join('\n'),
    );
  });

  test('paths in the config mean the same wherever the command is called', async () => {
    const below = path.join(project.folder, 'reports', 'weekly');
    await mkdir(below, { recursive: true });
    const ask = ['--json', 'query', 'select count(*)::int as n from tickets'];
    const here = await project.tidemark(ask);
    expect(JSON.parse(here.stdout).rows[0].n).toBeGreaterThan(0);
    expect((await project.tidemark(ask, {}, below)).stdout).toBe(here.stdout);
    const named = ['--config', path.join(project.folder, 'temporal.config.ts'), ...ask];
    expect((await project.tidemark(named, {}, path.dirname(project.folder))).stdout).toBe(here.stdout);
    expect(await readdir(below)).toEqual([]);
  });

  test('state show prints the stored state, and reset makes the next run begin anew', async () => {
    const shown = await project.tidemark(['state', 'show', 'support']);
    expect(JSON.parse(shown.stdout)).toMatchObject({ pipeline: 'support', sources: { zendesk_support: {} } });
    const set = ['state', 'set', 'support', '2023-02-05', '-r', 'ticket_events'];
    expect((await project.tidemark(set)).stdout).toMatch(/goes on from timestamp = 1675555200/);
    const { sources } = JSON.parse((await project.tidemark(['state', 'show', 'support'])).stdout);
    expect(sources.zendesk_support.resources.ticket_events.incremental.timestamp).toMatchObject({
      last_value: 1675555200,
      unique_hashes: [],
    });
    expect(await project.tidemark(['state', 'set', 'support', 'soon', '-r', 'tickets'])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('"soon" can\'t be a value of the cursor "generated_timestamp"'),
    });
    expect((await project.tidemark(['state', 'reset', 'support'])).code).toBe(2);
    expect((await project.tidemark(['state', 'reset', 'support', '-r', 'tickets'])).stdout).toMatch(
      /Forgot the state of tickets/,
    );
  });

  test('wrong use is told before anything starts, with what is accepted', async () => {
    const wrong: readonly (readonly [string, RegExp])[] = [
      ['run suport', /no pipeline "suport".*Did you mean "support"\?/],
      ['run support -r ticket', /no resource "ticket".*Did you mean "tickets"\?/],
      ['run support --local --from 2023-02-30 --to 2023-03-01', /"2023-02-30"/],
      ['run support --local --from 2023-02-12 --to 2023-02-05', /2023-02-05/],
      ['run support --from 2023-02-05', /--from and --to belong together/],
      ['run support --logical-date 2023-02-05 --interval-at 2023-02-05', /--logical-date/],
      ['run support --local --detach', /--local .* cannot be detached/],
      ['run support --bind tickets=1', /--bind RESOURCE\.PARAM=JSON/],
      ['run support --bind tickets.nothing=1', /"nothing"/],
      ['run support --local --bind tickets.nothing=1', /"nothing"/],
      ['show support 31.1.2024', /"31\.1\.2024" is not/],
      ['intervals support --from yesterday', /"yesterday" is not/],
      ['backfill support --missing --all', /--missing and --all exclude each other/],
      ['backfill support --chunk weekly', /--chunk "weekly"/],
    ];
    const answers = await Promise.all(wrong.map(([line]) => project.tidemark(line.split(' '))));
    expect(
      wrong.map(([line, message], index) => {
        const { code, stdout, stderr } = answers[index]!;
        return { line, code, stdout, told: message.test(stderr) || stderr };
      }),
    ).toEqual(wrong.map(([line]) => ({ line, code: 2, stdout: '', told: true })));
  });

  test('a file that is no DuckDB is refused, and stays as it is', async () => {
    const other = await makeProject(configText("cron: '@weekly', startDate: '2023-02-01'"), emulator);
    await writeFile(other.database, 'this is no database');
    const { code, stdout, stderr } = await other.tidemark(['run', 'support', '--local', ...WEEK]);
    expect({ code, said: /zendesk\.duckdb.*no.*DuckDB|not.*DuckDB/i.test(stdout + stderr) }).toEqual({
      code: 1,
      said: true,
    });
    expect(await readFile(other.database, 'utf8')).toBe('this is no database');
    await other.remove();
  });

  test('a wrong schedule is refused by every command that reads the config, and nothing is started', async () => {
    const wrong: readonly (readonly [string, RegExp])[] = [
      ["cron: '61 * * * *', startDate: '2023-02-01'", /"61/],
      ["cron: '@weekly', timezone: 'Mars/Olympus'", /Mars\/Olympus/],
      ["cron: '@weekly', startDate: '2023-02-31'", /2023-02-31/],
      ["cron: '@weekly', startDate: '2023-03-01', endDate: '2023-02-01'", /endDate/],
    ];
    for (const [schedule, message] of wrong) {
      const other = await makeProject(configText(schedule), emulator);
      const { code, stdout, stderr } = await other.tidemark(['status']);
      expect(stderr).toMatch(message);
      expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
      expect(existsSync(path.join(other.folder, '.tidemark'))).toBe(false);
      await other.remove();
    }
  });

  test('init writes a config that preview accepts, ignores working files, and overwrites nothing', async () => {
    const folder = path.join(project.folder, 'fresh');
    const { code, stdout } = await project.tidemark(['init', 'fresh']);
    expect({ code, wrote: stdout.includes(path.join(folder, 'temporal.config.ts')) }).toEqual({
      code: 0,
      wrote: true,
    });
    expect(await readFile(path.join(folder, '.gitignore'), 'utf8')).toContain('.tidemark/');
    const preview = await project.tidemark([
      'preview',
      'zendesk_support',
      '-n',
      '1',
      '--config',
      'fresh/temporal.config.ts',
    ]);
    expect(preview.code).toBe(0);
    expect(await project.tidemark(['init', 'fresh'])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('is there already'),
    });
    expect((await project.tidemark(['init', 'own', '--source', 'own'])).code).toBe(0);
  });
});
