import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { callCli } from './capture';

describe('wrong use', () => {
  let empty: string;
  beforeAll(() => {
    empty = mkdtempSync(path.join(tmpdir(), 'tidemark-usage-'));
  });
  afterAll(() => rmSync(empty, { recursive: true }));

  test.each([
    [['rnu'], /unknown command 'rnu'[\s\S]*Did you mean run/],
    [['backfill'], /missing required argument 'pipeline'/],
    [['run', 'a', 'b'], /too many arguments/],
    [['run', 'a', '--detahc'], /unknown option '--detahc'[\s\S]*--detach/],
    [['preview', 'a', '--limit', 'many'], /"many" is not a whole number of at least 1/],
    [['preview', 'a', '--limit', '0'], /"0" is not a whole number of at least 1/],
    [['backfill', 'a', '--parallel', '1.5'], /"1\.5" is not a whole number/],
    [['worker', '--health-port', '70000'], /"70000" is not a port from 0 to 65535/],
    [['worker', '--metrics-port', '0'], /"0" is not a port from 1 to 65535/],
    [['worker', '--metrics-port', 'example.com:9464'], /"example\.com:9464" is not a port .*0\.0\.0\.0:8080/],
    [['resize', 'x'], /required option '--parallel <n>'/],
    [['state'], /Usage: tidemark state/],
    [['copy', 'a'], /required option '--to <destination>'/],
    [['run', 'a', '--config', 'no-such-file.ts'], /"no-such-file\.ts" does not exist/],
    [['run', 'a'], /no temporal\.config\.ts in .*tidemark init/],
    [['init', '--source', 'nope'], /no source "nope" to begin with; choose one of zendesk, .*own/],
  ])('%j exits with 2 and says what is accepted', async (argv, message) => {
    const { code, stdout, stderr } = await callCli(argv, { cwd: empty });
    expect(stderr).toMatch(message);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  });

  test('with --json the error is readable for programs too', async () => {
    const { code, stdout } = await callCli(['status', '--json'], { cwd: empty });
    expect(code).toBe(2);
    expect(JSON.parse(stdout)).toMatchObject({ error: { code: 'CONFIG_NOT_FOUND' } });
  });

  test('no stack is shown unless it is asked for', async () => {
    expect((await callCli(['status'], { cwd: empty })).stderr).not.toContain('    at ');
    expect((await callCli(['status', '--verbose'], { cwd: empty })).stderr).toContain('    at ');
  });
});

test('a config of a folder above is said to be used, before it is run', async () => {
  const before = process.cwd();
  const folder = realpathSync(mkdtempSync(path.join(tmpdir(), 'tidemark-above-')));
  const [file, below] = [path.join(folder, 'temporal.config.js'), path.join(folder, 'below')];
  try {
    mkdirSync(below);
    writeFileSync(file, 'throw new Error("it was run");');
    const said = `Using "${file}", of a folder above this one.`;
    const above = await callCli(['doctor'], { cwd: below });
    expect(above.stderr).toContain(said);
    expect((await callCli(['doctor'], { cwd: folder })).stderr).not.toContain('Using');
    expect((await callCli(['doctor', '--config', file], { cwd: below })).stderr).not.toContain('Using');
  } finally {
    process.chdir(before);
    rmSync(folder, { recursive: true });
  }
});
