import { execFileSync, spawnSync } from 'node:child_process';
import { appendFileSync, chmodSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { ROOT } from '../root';
import { temporaryFolder } from '../temporary-folder';
import { callCli } from './capture';
import { smallProject, THREE_PIPELINES } from './small-project';

const home = process.cwd();
const folder = temporaryFolder('completion');
const SHELLS = ['bash', 'zsh', 'fish'] as const;
const has = (shell: string): boolean => spawnSync(shell, ['-c', 'exit 0']).status === 0;

let here: string;
let env: NodeJS.ProcessEnv;
beforeAll(async () => {
  // each load of it leaves a trace
  const trace = "import { appendFileSync } from 'node:fs';\nappendFileSync('loads.txt', 'x');\n";
  here = smallProject(folder, `${trace}${THREE_PIPELINES}`);
  const bin = path.join(here, 'bin');
  mkdirSync(bin);
  const main = path.join(ROOT, 'dist', 'src', 'cli', 'main.js');
  chmodSync(main, 0o755);
  symlinkSync(main, path.join(bin, 'tidemark'));
  env = { ...process.env, PATH: `${bin}${path.delimiter}${process.env.PATH}` };
  for (const shell of SHELLS) {
    const { stdout } = await callCli(['completion', shell]);
    writeFileSync(path.join(here, `tidemark.${shell}`), stdout);
  }
});
afterEach(() => process.chdir(home));

const loads = (): number => readFileSync(path.join(here, 'loads.txt'), 'utf8').length;

/** The last word is the one that is completed. */
const CASES: readonly (readonly [words: readonly string[], found: readonly string[]])[] = [
  [['sta'], ['status', 'state']],
  [
    ['state', ''],
    ['show', 'set', 'reset'],
  ],
  [
    ['run', ''],
    ['shop', 'broken', 'users'],
  ],
  [['run', 'sh'], ['shop']],
  [
    ['run', 'shop', '--re'],
    ['--resource', '--replace'],
  ],
  [['run', 'shop', '--local', '-r', ''], ['orders']],
  [['state', 'set', 'shop', '2024-01-01', '--resource', ''], ['orders']],
  [
    ['backfill', 'shop', '--order', ''],
    ['oldest', 'newest'],
  ],
  [['--config', 'temporal.config.ts', 'intervals', 'u'], ['users']],
  [
    ['conformance', '--only', 'cl'],
    ['closing', 'claims'],
  ],
  [['completion', 'z'], ['zsh']],
  [
    ['help', 'stat'],
    ['status', 'state'],
  ],
  [['query', 'select 1', '-p', 'br'], ['broken']],
  [['backfill', 'shop', '--from', ''], []],
  [['run', 'nobody', '-r', ''], []],
  [['nonsense', ''], []],
];

describe('in bash', () => {
  /** What a bash without terminal and start-up files would offer, case by case. */
  function offered(cases: readonly (readonly string[])[], config = here): readonly (readonly string[])[] {
    const script = `source ${path.join(here, 'tidemark.bash')}
offer() { COMP_WORDS=(tidemark "$@"); COMP_CWORD=$#; _tidemark tidemark; printf '%s\\n' "\${COMPREPLY[*]}"; }
[[ $(complete -p tidemark) == 'complete -F _tidemark tidemark' ]] || exit 9
${cases.map((words) => `offer ${words.map((word) => `'${word}'`).join(' ')}`).join('\n')}`;
    const printed = execFileSync('bash', ['--noprofile', '--norc', '-c', script], {
      cwd: config,
      env,
      encoding: 'utf8',
    });
    return printed
      .split('\n')
      .slice(0, -1)
      .map((line) => line.split(' ').filter((word) => word !== ''));
  }

  test('commands, options, choices and names of the config are completed', () => {
    const found = offered(CASES.map(([words]) => words));
    expect(CASES.map(([words], index) => [words, found[index]])).toEqual(CASES);
  });

  test('files where one is due', () => {
    expect(offered([['init', '--pipeline', 'temporal.c']])).toEqual([['temporal.config.ts']]);
    // never as more than one word, whatever it is called
    const odd = path.join(folder, 'odd');
    mkdirSync(odd);
    for (const name of ['a b;$(id)', "c'd"]) writeFileSync(path.join(odd, name), '');
    expect(
      offered(
        [
          ['init', '--pipeline', 'a'],
          ['init', '--pipeline', 'c'],
        ],
        odd,
      ),
    ).toEqual([['a\\', 'b\\;\\$\\(id\\)'], ["c\\'d"]]);
  });

  test('nothing where there is no config, and no error', () => {
    const empty = path.join(folder, 'empty');
    mkdirSync(empty);
    expect(offered([['run', '']], empty)).toEqual([[]]);
  });
});

describe('names of the config', () => {
  const names = (...argv: string[]) => callCli(['complete-names', ...argv], { cwd: here });

  test('are kept until the config is changed: a word is waited for no longer than a moment', async () => {
    expect((await names()).stdout).toBe('shop\nbroken\nusers\n');
    const before = loads();
    expect((await names('shop')).stdout).toBe('orders\n');
    for (const name of ['nobody', 'constructor'])
      expect(await names(name)).toMatchObject({ code: 0, stdout: '' });
    expect(loads()).toBe(before);
    appendFileSync(path.join(here, 'temporal.config.ts'), '// changed\n');
    expect((await names()).stdout).toBe('shop\nbroken\nusers\n');
    expect(loads()).toBe(before + 1);
  });
});

// not every machine has these shells; bash, whose tables zsh shares, is always asked
(has('zsh') ? describe : describe.skip)('in zsh', () => {
  test('the same is completed', () => {
    const cases = CASES.map(([words]) => words);
    const script = `compdef() { }
source ${path.join(here, 'tidemark.zsh')}
_describe() { print -r -- "\${(j: :)\${(@)found%%:*}}" }
offer() { words=(tidemark "$@"); CURRENT=$#words; local said="$(_tidemark)"; print -r -- "$said" }
${cases.map((words) => `offer ${words.map((word) => `'${word}'`).join(' ')}`).join('\n')}`;
    const printed = execFileSync('zsh', ['-f', '-c', script], { cwd: here, env, encoding: 'utf8' });
    const found = printed.split('\n').slice(0, -1);
    const wanted = CASES.map(([words, list]) => {
      const cur = words.at(-1) ?? '';
      return list.filter((word) => word.startsWith(cur));
    });
    // _describe itself leaves out what doesn't begin alike
    const begun = found.map((line, index) =>
      line.split(' ').filter((word) => word !== '' && word.startsWith(cases[index]!.at(-1) ?? '')),
    );
    expect(begun).toEqual(wanted);
  });
});

(has('fish') ? describe : describe.skip)('in fish', () => {
  test('the same is completed', () => {
    const script = [
      `source ${path.join(here, 'tidemark.fish')}`,
      ...CASES.flatMap(([words]) => {
        const line = `tidemark ${words.map((word) => (word.includes(' ') ? `"${word}"` : word)).join(' ')}`;
        return [`complete -C '${line}'`, 'echo END'];
      }),
    ].join('\n');
    const printed = execFileSync('fish', ['-N', '-c', script], { cwd: here, env, encoding: 'utf8' });
    const found = printed
      .split('END\n')
      .slice(0, -1)
      .map((lines) => lines.split('\n').map((line) => line.split('\t')[0]!))
      .map((words) => words.filter((word) => word !== '').sort());
    expect(CASES.map(([words], index) => [words, found[index]])).toEqual(
      CASES.map(([words, list]) => [words, [...list].sort()]),
    );
  });
});
