import { readFileSync } from 'node:fs';
import { entriesOf, fixture, projects } from './init-python/projects';

let made: Awaited<ReturnType<typeof projects>>;
beforeAll(async () => {
  made = await projects();
});
afterAll(() => made.remove());
const init = (...args: string[]) => made.init(...args);
const written = (text: string): string => made.written(text);

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
