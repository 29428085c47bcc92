import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { loadConfigFile, type PipelineRef, resolveConfig, type SourceRef } from '../../src/config';
import { ROOT } from '../root';
import { temporaryFolder } from '../temporal/temporary-folder';
import { callCli } from './capture';

const FIXTURES = path.join(ROOT, 'test', 'cli', 'init-python');
const fixture = (name: string): string => path.join(FIXTURES, name);
const TYPESCRIPT = path.join(path.dirname(require.resolve('typescript/package.json')), 'bin', 'tsc');

let home: Awaited<ReturnType<typeof temporaryFolder>>;
beforeAll(async () => {
  home = await temporaryFolder();
  const modules = path.join(home.folder, 'node_modules');
  mkdirSync(modules);
  symlinkSync(ROOT, path.join(modules, 'tidemark'), 'dir');
  for (const name of ['zod', 'luxon', '@types'])
    symlinkSync(path.join(ROOT, 'node_modules', name), path.join(modules, name), 'dir');
});
afterAll(() => home.remove());

let count = 0;
/** Calls init with these options in a new folder. */
async function init(...args: string[]) {
  count += 1;
  const folder = path.join(home.folder, `project${count}`);
  const result = await callCli(['init', folder, ...args], { cwd: home.folder });
  const text = (name: string): string => readFileSync(path.join(folder, name), 'utf8');
  return { ...result, folder, text };
}

function written(text: string): string {
  count += 1;
  const file = path.join(home.folder, `written${count}.py`);
  writeFileSync(file, text);
  return file;
}

/** The pipelines of a config that was written, as commands see them. */
async function entriesOf(folder: string) {
  const { config } = await loadConfigFile<PipelineRef, SourceRef>({
    file: path.join(folder, 'temporal.config.ts'),
  });
  return resolveConfig(config).pipelines;
}

const DAG_IMPORTS =
  'import datetime as dt\nfrom datetime import datetime, timedelta\nimport pendulum\nfrom airflow import DAG\n';

/** The schedules that DAGs with these arguments get, all in one file: the first is in line 5. */
async function schedulesOf(dags: readonly string[]) {
  const text = dags.map((args, index) => `dag${index} = DAG("d${index}", ${args})\n`).join('');
  const project = await init('--from-airflow', written(DAG_IMPORTS + text));
  expect({ code: project.code, stderr: project.stderr }).toEqual({ code: 0, stderr: '' });
  const [, ...entries] = project.text('temporal.config.ts').split(/^ {6}pipeline: /m);
  return {
    stdout: project.stdout,
    schedules: entries.map((entry) => /^ {6}schedule: \{ (.*) \},$/m.exec(entry)?.[1]),
  };
}

describe('init --from-airflow', () => {
  test('takes over the two DAGs of a history and its daily loads', async () => {
    const { folder, code } = await init('--from-airflow', fixture('support_dags.py'));
    expect(code).toBe(0);
    const [history, daily] = await entriesOf(folder);
    expect(history).toMatchObject({
      name: 'support_history',
      decompose: { kind: 'serialize' },
      triggerRule: 'all_done',
      retries: 0,
      maxActiveRuns: 3,
      mode: 'interval',
      schedule: {
        cron: '@weekly',
        timezone: 'UTC',
        startDate: '2023-02-01T00:00:00Z',
        endDate: '2023-08-01T00:00:00Z',
        catchup: true,
      },
    });
    expect(history!.sources()[0]).toMatchObject({
      name: 'zendesk_support',
      resourceNames: ['tickets', 'ticket_events'],
    });
    expect(daily).toMatchObject({
      name: 'support_daily',
      decompose: { kind: 'parallel-isolated' },
      retries: 3,
      schedule: {
        cron: '30 2 * * *',
        timezone: 'Europe/Berlin',
        startDate: '2023-01-31T23:00:00Z',
        catchup: false,
      },
    });
  });

  test('what is left is printed and in the config, with its line', async () => {
    const { stdout, text } = await init('--from-airflow', fixture('support_dags.py'));
    const config = text('temporal.config.ts').replace(/\n\/\/ (?!-)/g, ' ');
    for (const line of [
      "support_dags.py, line 18: retry_delay of default_args isn't taken over",
      'support_dags.py, line 31: the resource ticket_fields of zendesk.zendesk_support has no counterpart here',
      "support_dags.py, line 46: trigger_rule of tasks.add_run isn't taken over",
      'support_dags.py, line 47: the call of "logger.info" isn\'t taken over',
    ]) {
      expect(stdout).toContain(line);
      expect(config).toContain(line);
    }
    expect(stdout).toMatch(
      /support_daily: cron "30 2 \* \* \*": in Europe\/Berlin, on 20\d\d-03-\d\d, 02:30 is skipped/,
    );
    // said once, of both
    expect(stdout.match(/create_cron_data_intervals/g)).toHaveLength(1);
    expect(stdout).toContain('support_history, support_daily: a cron text makes data intervals in Airflow 2');
  });

  test('a DAG of other tasks becomes resources to be written; intervals that Airflow cuts otherwise are listed', async () => {
    const { folder, stdout } = await init('--from-airflow', fixture('nightly_dag.py'));
    const [entry] = await entriesOf(folder);
    expect(entry).toMatchObject({
      name: 'nightly_orders',
      retries: 4,
      maxActiveRuns: 1,
      schedule: { cron: '0 3 1,15 * 1', catchup: true },
    });
    const [source] = entry!.sources();
    expect(source!.resourceNames).toEqual(['load_orders', 'check']);
    await expect(
      (async () => {
        for await (const _ of source as unknown as AsyncIterable<unknown>);
      })(),
    ).rejects.toThrow(/load_orders: write here what nightly_dag\.py yields in line 28/);
    expect(stdout).toContain(
      'first intervals in Airflow: [2024-01-01T03:00:00Z, 2024-01-08T03:00:00Z), [2024-01-08T03:00:00Z, 2024-01-15T03:00:00Z)',
    );
    expect(stdout).toContain(
      'first intervals here: [2024-01-01T03:00:00Z, 2024-01-15T03:00:00Z), [2024-01-15T03:00:00Z, 2024-04-01T03:00:00Z)',
    );
    expect(stdout).toContain('line 20: depends_on_past of default_args');
  });

  test('takes over crons, presets, periods, dates and zones', async () => {
    const dags: readonly (readonly [string, string])[] = [
      [
        'schedule="@daily", start_date=datetime(2024, 1, 1), catchup=True',
        "cron: '@daily', timezone: 'UTC', startDate: '2024-01-01', catchup: true",
      ],
      [
        'schedule_interval="@quarterly", start_date=datetime(2024, 1, 1)',
        "cron: '0 0 1 */3 *', timezone: 'UTC', startDate: '2024-01-01'",
      ],
      [
        'schedule="0 6 * * *", start_date=pendulum.datetime(2024, 1, 1, 12, 30, tz="Asia/Tokyo")',
        "cron: '0 6 * * *', timezone: 'Asia/Tokyo', startDate: '2024-01-01T12:30:00'",
      ],
      [
        'schedule="0 6 * * *", start_date=datetime(2024, 1, 1, tzinfo=pendulum.timezone("Europe/Paris"))',
        "cron: '0 6 * * *', timezone: 'Europe/Paris', startDate: '2024-01-01'",
      ],
      [
        'schedule="@daily", start_date=pendulum.parse("2024-01-01T06:00")',
        "cron: '@daily', timezone: 'UTC', startDate: '2024-01-01T06:00:00'",
      ],
      // counted from the start date, as Airflow does
      [
        'schedule=timedelta(hours=6), start_date=datetime(2024, 1, 1, 2), catchup=True',
        "every: '6h/2h', timezone: 'UTC', startDate: '2024-01-01T02:00:00', catchup: true",
      ],
      [
        'schedule=timedelta(days=1), start_date=datetime(2024, 1, 1), catchup=True',
        "every: '1d', timezone: 'UTC', startDate: '2024-01-01', catchup: true",
      ],
      [
        'schedule=timedelta(minutes=90), start_date=pendulum.datetime(2024, 1, 1, tz="Asia/Kolkata"), catchup=True',
        "every: '90m/30m', timezone: 'Asia/Kolkata', startDate: '2024-01-01', catchup: true",
      ],
      [
        'schedule="@daily", start_date=datetime(2024, 1, 1), end_date=datetime(2025, 1, 1), default_args={"retries": 1}',
        "cron: '@daily', timezone: 'UTC', startDate: '2024-01-01', endDate: '2025-01-01'",
      ],
      [
        'schedule="@daily", default_args={"start_date": datetime(2024, 2, 1)}',
        "cron: '@daily', timezone: 'UTC', startDate: '2024-02-01'",
      ],
    ];
    const { schedules } = await schedulesOf(dags.map(([args]) => args));
    expect(schedules).toEqual(dags.map(([, expected]) => expected));
  });

  test('what is no schedule here has none, and it is said why, with the line', async () => {
    const dags: readonly (readonly [string, RegExp | undefined])[] = [
      ['schedule=None', undefined],
      ['start_date=datetime(2024, 1, 1)', /the DAG has no schedule: Airflow 2 runs it every day/],
      ['schedule="@once"', /the schedule isn't taken over: "@once" is a run by hand/],
      ['schedule="0 0 * * * 30"', /has not five fields: Airflow reads a sixth as seconds/],
      ['schedule="0 0 * * 5L"', /the schedule isn't taken over: The cron "0 0 \* \* 5L" is not accepted/],
      ['schedule=[Dataset("s3://a")]', /it waits for assets/],
      ['schedule=EventsTimetable()', /"EventsTimetable" has no counterpart/],
      ['schedule=os.environ["CRON"]', /it is computed when the file runs/],
      [
        'schedule="@daily", start_date=pendulum.datetime(2024, 1, 1, tz="Mars/Base")',
        /the schedule isn't taken over: .*Mars\/Base/,
      ],
    ];
    const { schedules, stdout } = await schedulesOf(dags.map(([args]) => args));
    expect(schedules).toEqual(dags.map(() => undefined));
    const lines = stdout.split('\n');
    for (const [index, [, message]] of dags.entries()) {
      const about = lines.filter((line) => line.includes(`line ${index + 5}: `) && /schedule/.test(line));
      if (message === undefined) expect(about).toEqual([]);
      else expect(about).toEqual([expect.stringMatching(message)]);
    }
  });

  test('a date that is computed when the file runs is no date, and is named', async () => {
    const { schedules, stdout } = await schedulesOf([
      'schedule="@daily", start_date=pendulum.today().add(days=-2), catchup=True',
    ]);
    expect(schedules).toEqual(["cron: '@daily', timezone: 'UTC'"]);
    expect(stdout).toMatch(/line 5: start_date of the DAG is computed when the file runs/);
    expect(stdout).toMatch(/line 5: catchup isn't taken over: it needs a start date/);
  });

  test('a timetable brings its own zone, whatever that of the start date', async () => {
    const text = readFileSync(fixture('poll_dags.py'), 'utf8');
    const { folder } = await init('--from-airflow', written(text));
    const monthly = (await entriesOf(folder)).find(({ name }) => name === 'monthly');
    expect(monthly?.schedule).toMatchObject({
      timezone: 'Europe/Berlin',
      startDate: '2023-12-31T23:00:00Z',
      endDate: '2025-01-01T12:00:00Z',
    });
  });
});

describe('init --from-dlt', () => {
  test('takes over resources with keys, dispositions and cursors; their code is to be written', async () => {
    const { folder, text } = await init('--from-dlt', fixture('orders_pipeline.py'));
    const [entry] = await entriesOf(folder);
    expect(entry).toMatchObject({ name: 'shop', mode: 'incremental', schedule: { cron: '@daily' } });
    expect(entry!.sources()[0]!.resourceNames).toEqual(['orders', 'order_lines', 'visits', 'countries']);
    const config = text('temporal.config.ts');
    expect(config).toContain("name: 'shop',\n  maxTableNesting: 2,");
    expect(config).toContain(
      "updatedAt: incremental({ cursor: 'updated_at', type: 'iso', initialValue: '2024-01-01T00:00:00Z', rowOrder: 'asc', lag: 3600, allowExternalSchedulers: true }),",
    );
    expect(config).toContain("ts: incremental({ cursor: 'ts', type: 'unix', initialValue: 1704067200 }),");
    expect(config).toContain(
      "from: ordersRows,\n      primaryKey: ['order_id', 'position'],\n      writeDisposition: 'append',",
    );
    expect(config).toContain("name: 'visits',\n      tableName: 'web_visits',");
    expect(config).toContain("pipeline({ name: 'shop', destination: duckdb(), dataset: 'shop_data' })");
  });

  test('maps sources that come with dlt to ours', async () => {
    const { folder, text, stdout } = await init('--from-dlt', fixture('sources_pipeline.py'));
    const entries = await entriesOf(folder);
    expect(entries.map(({ name }) => name)).toEqual(['warehouse', 'crm', 'blog', 'others']);
    expect(entries[2]!.sources()[0]!.resourceNames).toEqual(['posts', 'comments', 'authors']);
    const config = text('temporal.config.ts').replace(/\s+/g, ' ');
    for (const part of [
      "postgresTables({ schema: 'sales', tables: [{ name: 'orders', cursor: 'changed_at', cursorType: 'datetime', initialValue: '2024-01-01', primaryKey: 'order_id', writeDisposition: 'merge' }, { name: 'customers', writeDisposition: 'replace' }] })",
      "files({ location: 's3://exports/crm', tables: [{ name: 'batches', glob: 'batches/**/*.csv.gz', format: 'csv', incremental: 'modified' }] })",
      "defaults: { params: { per_page: 100 }, primaryKey: 'id', writeDisposition: 'merge', paginate: nextLink('paging.next') }",
      "startParam: 'since' }",
      "path: '/posts/{resources.posts.id}/comments', includeFromParent: ['id']",
      "stripe({ startDate: '2024-01-01' }).withResources('invoices', 'events')",
      "github({ owner: 'apache', repo: 'airflow' }).withResources('events')",
      'the destination was snowflake',
    ])
      expect(config).toContain(part);
    expect(stdout).toMatch(/the source "unknown_module\.things" is made elsewhere/);
    expect(JSON.parse(text('package.json'))).toMatchObject({
      dependencies: expect.objectContaining({
        pg: expect.any(String),
        '@aws-sdk/client-s3': expect.any(String),
      }),
    });
    expect(text('.env.example')).toMatch(/^SOURCES__POSTGRES__CONNECTION__URL=$/m);
  });

  test('follows what a pipeline is run with: functions, lists by name; rows in the file are to be written', async () => {
    const { folder, stdout } = await init(
      '--from-dlt',
      written(
        `import dlt
@dlt.resource(primary_key="id")
def users():
    yield []
@dlt.resource
def teams():
    yield []
everything = [users, teams()]
def load():
    dlt.pipeline("functions").run(users)
    dlt.pipeline("list").run(everything)
    dlt.pipeline("rows").run([{"id": 1}, {"id": 2}], table_name="rows")
`,
      ),
    );
    const entries = await entriesOf(folder);
    expect(entries.map(({ name, sources }) => [name, sources().flatMap((one) => one.resourceNames)])).toEqual(
      [
        ['functions', ['users']],
        ['list', ['users', 'teams']],
        ['rows', ['rows']],
      ],
    );
    expect(stdout).toMatch(/line 12: what is loaded here isn't a call that can be followed/);
  });

  test('with --from-airflow, the schedule of the DAG is that of the pipeline', async () => {
    const { folder } = await init(
      '--from-dlt',
      fixture('orders_pipeline.py'),
      '--from-airflow',
      fixture('nightly_dag.py'),
    );
    const entries = await entriesOf(folder);
    expect(entries).toHaveLength(1);
    expect(entries[0]).toMatchObject({
      name: 'shop',
      mode: 'interval',
      retries: 4,
      schedule: { cron: '0 3 1,15 * 1' },
    });
  });

  test('reads cursors, and tells their type by the first value', async () => {
    const cursors: readonly (readonly [string, string])[] = [
      ['"ts", initial_value=0', "cursor: 'ts', type: 'integer', initialValue: 0"],
      ['"ts", initial_value=1704067200000', "cursor: 'ts', type: 'unixMs', initialValue: 1704067200000"],
      [
        '"at", initial_value=pendulum.datetime(2024, 1, 1, 6)',
        "cursor: 'at', type: 'datetime', initialValue: '2024-01-01T06:00:00Z'",
      ],
      [
        '"at", "2024-01-01", last_value_func=min, primary_key=()',
        "cursor: 'at', type: 'iso', initialValue: '2024-01-01', lastValueFunc: 'min', primaryKey: []",
      ],
      [
        '"item.at", on_cursor_value_missing="include", range_end="closed"',
        "cursor: 'item.at', onCursorValueMissing: 'include', rangeEnd: 'closed'",
      ],
      [
        'cursor_path="$", last_value_func=by_type, initial_value=START',
        "cursor: '$', type: 'iso', initialValue: '2024-05-01T00:00:00Z'",
      ],
    ];
    const resources = cursors.map(
      ([args], index) =>
        `@dlt.resource\ndef rows${index}(cursor=dlt.sources.incremental(${args})):\n    yield []\n`,
    );
    const file = written(`import dlt, pendulum\nSTART = "2024-05-01T00:00:00Z"\n${resources.join('')}`);
    const { text, stdout } = await init('--from-dlt', file);
    const found = [...text('temporal.config.ts').matchAll(/cursor: incremental\(\{ (.*) \}\),/g)];
    expect(found.map(([, options]) => options)).toEqual(cursors.map(([, expected]) => expected));
    expect(stdout.match(/last_value_func of dlt\.sources\.incremental isn't taken over/g)).toHaveLength(1);
  });
});

/** Deeper than a parser goes. */
const NESTED = `x = ${'('.repeat(5000)}1${')'.repeat(5000)}\n`;

describe('init from Python', () => {
  const all = [
    'orders_pipeline.py',
    'sources_pipeline.py',
    'support_dags.py',
    'nightly_dag.py',
    'poll_dags.py',
  ];

  test('writes configs that compile, with no secret of the files in anything that is written or printed', async () => {
    const folders: string[] = [];
    for (const name of all) {
      const { folder, stdout, code } = await init(
        name.endsWith('pipeline.py') ? '--from-dlt' : '--from-airflow',
        fixture(name),
      );
      expect({ name, code }).toEqual({ name, code: 0 });
      folders.push(path.basename(folder));
      const files = readdirSync(folder).map((file) => readFileSync(path.join(folder, file), 'utf8'));
      for (const text of [stdout, ...files])
        expect(text).not.toMatch(/do_not_copy|hunter2|not-to-be-copied|PASSWORD"|on-call/);
    }
    const config = {
      extends: `./${folders[0]}/tsconfig.json`,
      include: folders.map((folder) => `${folder}/*.ts`),
    };
    writeFileSync(path.join(home.folder, 'tsconfig.json'), JSON.stringify(config));
    const { status, stdout } = spawnSync(process.execPath, [TYPESCRIPT, '-p', home.folder], {
      encoding: 'utf8',
    });
    expect({ status, stdout }).toEqual({ status: 0, stdout: '' });
  });

  test('never runs a file', async () => {
    const trace = path.join(home.folder, 'executed');
    const file = written(
      `import dlt\nopen(${JSON.stringify(trace)}, "w").close()\np = dlt.pipeline("p", destination="duckdb")\n`,
    );
    expect((await init('--from-dlt', file)).code).toBe(0);
    expect(existsSync(trace)).toBe(false);
  });

  test("texts of a file can't become code of the config", async () => {
    const file = written(
      `import dlt\n@dlt.resource(name="a'\\n*/ process.exit(9) //", primary_key="b\\u2028'")\ndef rows():\n    yield []\n` +
        'p = dlt.pipeline("x\'); process.exit(9); (\'", destination="duck\\ndb; process.exit(9)")\n',
    );
    const { folder, code } = await init('--from-dlt', file);
    expect(code).toBe(0);
    const { config } = await loadConfigFile({ file: path.join(folder, 'temporal.config.ts') }).catch(
      (error: Error) => ({ config: error }),
    );
    // a name that pipelines may not have is refused as such, by the config that was read to its end
    expect(config).toMatchObject({ message: expect.stringMatching(/x'\); process\.exit/) });
  });

  test.each([
    ['--from-dlt', 'def broken(:\n    pass\n', /written\d+\.py", line 1 is not valid Python 3/],
    [
      '--from-dlt',
      'x = 1\n\nif x:\nprint(x)\n',
      /line 4 is not valid Python 3\.\d+, which "python3" is: expected an indented block/,
    ],
    ['--from-dlt', 'print "two"\n', /line 1 is not valid Python 3/],
    ['--from-dlt', 'x = "a\0b"\n', /is not valid Python 3/],
    ['--from-dlt', NESTED, /is not valid Python 3/],
    ['--from-dlt', 'import requests\nprint("hello")\n', /has nothing of dlt's: neither dlt\.pipeline/],
    ['--from-dlt', '', /has nothing of dlt's/],
    ['--from-airflow', 'import dlt\np = dlt.pipeline("a")\n', /has no DAG: neither DAG\(…\) nor @dag/],
  ])('%s: case %# is refused, and nothing is written', async (option, text, message) => {
    const { code, stderr, folder } = await init(option, written(text));
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringMatching(message) });
    expect(existsSync(folder)).toBe(false);
  });

  test("a file that isn't there, and two ways to begin, are wrong use", async () => {
    expect(await init('--from-dlt', 'none.py')).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/There is no file ".*none\.py"/),
    });
    expect(await init('--from-dlt', home.folder)).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/There is no file/),
    });
    const both = await init('--from-dlt', fixture('orders_pipeline.py'), '--url', 'https://a.example/b');
    expect(both).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/"--url" and "--from-dlt" are two ways to begin/),
    });
  });

  test('without Python 3 it says what is needed', async () => {
    const before = process.env['PATH'];
    process.env['PATH'] = home.folder;
    try {
      const { code, stderr } = await init('--from-dlt', fixture('orders_pipeline.py'));
      expect({ code, stderr }).toEqual({
        code: 2,
        stderr: expect.stringMatching(/Python 3 is needed to read .*python3 and python/),
      });
    } finally {
      process.env['PATH'] = before;
    }
  });
});
