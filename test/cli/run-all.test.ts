import { temporaryFolder } from '../temporary-folder';
import { callCli } from './capture';
import { smallProject } from './small-project';

const home = process.cwd();
const folder = temporaryFolder('run-all');
let here: string;
beforeAll(() => {
  here = smallProject(folder);
});
afterEach(() => {
  delete process.env.FAILS;
  process.chdir(home);
});

const run = (...argv: string[]) => callCli(['run', ...argv], { cwd: here });

describe('run --all --local', () => {
  test('runs each pipeline once, goes on after one that fails, and says so at the end', async () => {
    process.env.FAILS = '1';
    const { code, stdout, stderr } = await run('--all', '--local');
    expect(code).toBe(1);
    expect(stderr).toMatch(/^shop\nbroken\nfailed things .*the API is closed/m);
    expect(stderr).toMatch(/^again: {2}tidemark run broken --resource things --local$/m);
    const lines = stdout.trimEnd().split('\n');
    expect(lines[0]).toMatch(/^pipeline +status +interval +rows +took +cause$/);
    // the schedule has ended: its newest complete interval is its last one
    expect(lines[1]).toMatch(/^shop +loaded +\[2024-01-09, 2024-01-10\) \(times in Europe\/Berlin\) +2 /);
    expect(lines[2]).toMatch(/^broken +failed +– +0 .* EXTRACT_FAILED$/);
    expect(lines[3]).toMatch(/^users +loaded +– +2 /);
  });

  test('exits with 0 where none failed, and is JSON for programs', async () => {
    const { code, stdout } = await run(
      '--all',
      '--local',
      '--json',
      '--from',
      '2024-01-03',
      '--to',
      '2024-01-05',
    );
    expect(JSON.parse(stdout)).toMatchObject({
      pipelines: [
        {
          pipeline: 'shop',
          status: 'loaded',
          interval: { start: '2024-01-02T23:00:00Z', end: '2024-01-04T23:00:00Z' },
          rows: 4,
        },
        { pipeline: 'broken', status: 'loaded' },
        { pipeline: 'users', status: 'loaded' },
      ],
    });
    expect(code).toBe(0);
  });

  test('begins none after Ctrl-C', async () => {
    const stopped = new AbortController();
    stopped.abort();
    const { code, stdout } = await callCli(['run', '--all', '--local', '--json'], {
      cwd: here,
      interrupted: stopped.signal,
    });
    expect(JSON.parse(stdout).pipelines.map(({ status }: { status: string }) => status)).toEqual([
      'not run',
      'not run',
      'not run',
    ]);
    expect(code).toBe(1);
  });
});

test.each([
  [[], /the name of a pipeline, or --all/],
  [['shop', '--all'], /"shop" and --all exclude each other/],
  [['--all', '--detach'], /--all .* cannot be detached/],
  [['--all', '-r', 'orders'], /--resource is of one pipeline/],
  [['--all', '--bind', 'orders.perDay=3'], /--bind is of one pipeline/],
  [['--all', '--local', '--from', '2024-01-03'], /--from and --to belong together/],
  [['shop', '--bind', 'nobody.foo=1'], /has no resource "nobody"/],
])('run %j is wrong use', async (argv, message) => {
  const { code, stdout, stderr } = await run(...argv);
  expect(stderr).toMatch(message);
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
});
