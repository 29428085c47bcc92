import { readFileSync } from 'node:fs';
import path from 'node:path';
import { ROOT } from '../root';
import { faultOfCommand, tidemarkWords } from './commands';
import { readPages } from './pages';

const pages = readPages();

/** Lines of a block, those joined that end in a backslash. */
const linesOf = (text: string): string[] => text.replace(/\\\n\s*/g, '').split('\n');

async function faultsOf(
  commands: readonly { readonly place: string; readonly code: string }[],
  accepted: RegExp = /^$/,
): Promise<string[]> {
  const faults: string[] = [];
  for (const { place, code } of commands) {
    const words = tidemarkWords(code);
    if (words === undefined || words.length === 0 || words[0] === 'COMMAND') continue;
    const fault = await faultOfCommand(words);
    if (fault !== undefined && !accepted.test(fault)) faults.push(`${place} ${code}: ${fault}`);
  }
  return faults;
}

test('the program takes every command of every block', async () => {
  const commands = pages.flatMap(({ name, blocks }) =>
    blocks
      .filter(({ language }) => language === 'sh')
      .flatMap(({ text, line }) => linesOf(text).map((code) => ({ place: `${name}:${line}`, code }))),
  );
  expect(commands.filter(({ code }) => tidemarkWords(code) !== undefined).length).toBeGreaterThan(5);
  expect(await faultsOf(commands)).toEqual([]);
});

test('commands and options that lines of text name are there', async () => {
  const commands = pages.flatMap(({ name, inlineCode }) =>
    inlineCode.map(({ target, line }) => ({ place: `${name}:${line}`, code: target })),
  );
  expect(commands.filter(({ code }) => tidemarkWords(code) !== undefined).length).toBeGreaterThan(50);
  // a sentence needn't say what a command is given
  const spared = /missing required argument|required option|^\(outputHelp\)$|Expected 1 argument but got 3/;
  expect(await faultsOf(commands, spared)).toEqual([]);
});

test('scripts that the pages call are in package.json', () => {
  const { scripts } = JSON.parse(readFileSync(path.join(ROOT, 'package.json'), 'utf8')) as {
    scripts: Record<string, string>;
  };
  const called = pages.flatMap(({ name, text }) =>
    [...text.matchAll(/\bnpm run (?:-s )?([a-z][a-z:-]*)/g)].map(([, script = '']) => ({ name, script })),
  );
  expect(called.length).toBeGreaterThan(10);
  expect(called.filter(({ script }) => !Object.hasOwn(scripts, script))).toEqual([]);
});

test('a command that there is not is found', async () => {
  expect(await faultOfCommand(['run', 'a', '--now'])).toMatch(/unknown option '--now'/);
  expect(await faultOfCommand(['launch'])).toMatch(/unknown command 'launch'/);
  expect(await faultOfCommand(tidemarkWords(`npx tidemark run a --bind 'b.c="d e"' # why`)!)).toBeUndefined();
});
