import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { loadConfigFile } from '../../src/config';
import { fixture, projects } from './init-python/projects';

const TYPESCRIPT = path.join(path.dirname(require.resolve('typescript/package.json')), 'bin', 'tsc');

let made: Awaited<ReturnType<typeof projects>>;
beforeAll(async () => {
  made = await projects();
});
afterAll(() => made.remove());
const init = (...args: string[]) => made.init(...args);
const written = (text: string): string => made.written(text);

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
    writeFileSync(path.join(made.home, 'tsconfig.json'), JSON.stringify(config));
    const { status, stdout } = spawnSync(process.execPath, [TYPESCRIPT, '-p', made.home], {
      encoding: 'utf8',
    });
    expect({ status, stdout }).toEqual({ status: 0, stdout: '' });
  });

  test('never runs a file', async () => {
    const trace = path.join(made.home, 'executed');
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
    expect(await init('--from-dlt', made.home)).toMatchObject({
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
    process.env['PATH'] = made.home;
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
