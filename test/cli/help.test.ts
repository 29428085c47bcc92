import { execFileSync } from 'node:child_process';
import path from 'node:path';
import type { Command } from 'commander';
import { BUILT_IN, KINDS } from '../../src/cli/commands/conformance';
import { examplesOf, wordsOf } from '../../src/cli/examples';
import { packageVersion } from '../../src/cli/package-root';
import type { RunAction } from '../../src/cli/session/command';
import { BUILT_IN_NAMES, SUITE_KINDS } from '../../src/conformance';
import { ROOT } from '../root';
import { callCli } from './capture';
import { LEAVES, program } from './leaves';

/** The words that a shell makes of a line; what it does with them, such as `> FILE`, is left out. */
function shellWords(line: string): string[] {
  const [command = ''] = line.split(' > ');
  return execFileSync('sh', ['-c', `printf '%s\\n' ${command}`], { encoding: 'utf8' })
    .trimEnd()
    .split('\n');
}

describe('help', () => {
  test('lists every command, on the result channel, and is no failure', async () => {
    const { code, stdout, stderr } = await callCli(['--help']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    for (const command of [
      ...['init', 'dev', 'worker', 'deploy', 'run', 'backfill', 'preview', 'status', 'intervals', 'show'],
      ...['pause', 'resume', 'cancel', 'resize', 'state', 'query', 'copy', 'doctor', 'conformance', 'help'],
    ])
      expect(stdout).toMatch(new RegExp(`^  ${command}\\b`, 'm'));
  });

  test('of a command lists its options, those of all commands, and examples', async () => {
    const { code, stdout } = await callCli(['run', '--help']);
    expect(code).toBe(0);
    for (const option of ['--resource', '--logical-date', '--interval-at', '--bind', '--local', '--json'])
      expect(stdout).toContain(option);
    expect(stdout).toMatch(/Examples:\n {2}# .*\n {2}tidemark run /);
    expect(await callCli(['help', 'run'])).toEqual({ code, stdout, stderr: '' });
  });

  test('is had of a command below another, and a word that is none is told', async () => {
    expect(await callCli(['help', 'state', 'set'])).toEqual(await callCli(['state', 'set', '--help']));
    expect((await callCli(['help'])).stdout).toBe((await callCli(['--help'])).stdout);
    expect(await callCli(['help', 'rnu'])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('no command "rnu"'),
    });
    expect((await callCli(['help', 'run', 'x'])).stderr).toContain('"run" has no commands below it');
  });

  test('the version is that of the package', async () => {
    expect(await callCli(['--version'])).toEqual({ code: 0, stdout: `${packageVersion()}\n`, stderr: '' });
  });

  test('loads nothing but names and options: what stands behind a command comes when it is called', () => {
    const script = `require('./dist/src/cli/run-cli').runCli(['--help'], { stdout: { write() {} } }).then(() =>
      process.stdout.write(Object.keys(require.cache).join('\\n')))`;
    const loaded = execFileSync(process.execPath, ['-e', script], { cwd: ROOT, encoding: 'utf8' }).split(
      '\n',
    );
    const places = loaded.map((file) => {
      const [first, second, third, name] = path.relative(ROOT, file).split(path.sep);
      // of src/config the one file that reads what the environment says of colours
      return first === 'node_modules' ? second : third === 'config' ? name : third;
    });
    expect([...new Set(places)].sort()).toEqual([
      'cli',
      'colour-wish.js',
      'commander',
      'errors',
      'redaction',
    ]);
  });

  test('names the kinds and destinations that the suite has', () => {
    expect({ kinds: KINDS, builtIn: BUILT_IN }).toEqual({ kinds: SUITE_KINDS, builtIn: BUILT_IN_NAMES });
  });
});

describe('the examples of a command', () => {
  test.each(LEAVES)('%s are one to three, of it, and are understood', async (words, command) => {
    const examples = examplesOf(command);
    expect([1, 2, 3]).toContain(examples.length);
    for (const { line } of examples) {
      let called: string | undefined;
      const record: RunAction =
        () =>
        (...values) => {
          called = wordsOf(values.at(-1) as Command);
          return Promise.resolve();
        };
      const [name, ...argv] = shellWords(line);
      await program(record).parseAsync(argv, { from: 'user' });
      expect({ line, name, called }).toEqual({ line, name: 'tidemark', called: words });
    }
  });
});
