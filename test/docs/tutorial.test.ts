import { readFileSync } from 'node:fs';
import path from 'node:path';
import { ROOT } from '../root';
import { temporaryFolder } from '../temporary-folder';
import { fromBuild, openTerminal } from './terminal';
import { doPage, isAsPrinted } from './tutorial';

// `npm run package-check` does it with what is packed, by npm, pnpm and yarn
const terminal = openTerminal(temporaryFolder('tutorial'), fromBuild);
afterAll(() => terminal.close());

test('the tutorial, done word by word in an empty folder, prints what it says', async () => {
  const page = readFileSync(path.join(ROOT, 'docs', 'tutorial.md'), 'utf8');
  expect(await doPage(page, terminal, { name: 'docs/tutorial.md' })).toBeGreaterThan(10);
}, 600_000);

test('a step that prints something else is named, with what it printed and what the page prints', async () => {
  const page = ['# A page', '```sh', 'npx echo one', '```', '', '```', 'two', '```', ''].join('\n');
  const spell = (command: string): string => command.replace('npx ', '');
  await expect(doPage(page, terminal, { name: 'docs/page.md', spell })).rejects.toThrow(
    'docs/page.md:3: "echo one" printed\none\n\nand not\ntwo',
  );
});

test('an output that differs is told from one that is the same', () => {
  const page = ['plan: 13 intervals', '…', 'done in 0.3 s'];
  expect(isAsPrinted(page, ['plan: 13 intervals', 'done in 12.5 s'])).toBe(true);
  expect(isAsPrinted(page, ['plan: 13 intervals', 'a', 'b', 'done in 1 s'])).toBe(true);
  expect(isAsPrinted(page, ['plan: 14 intervals', 'done in 0.3 s'])).toBe(false);
  expect(isAsPrinted(page, ['plan: 13 intervals', 'done in 0.3 s', 'more'])).toBe(false);
  expect(isAsPrinted(['[2026-01-01, 2026-01-02)'], ['[2026-01-01, 2026-01-03)'])).toBe(false);
  expect(isAsPrinted(['next run 2026-12-01'], ['next run 2027-01-01'])).toBe(true);
});
