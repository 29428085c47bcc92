import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import path from 'node:path';
import { ROOT } from '../root';
import { temporaryFolder } from '../temporary-folder';
import { parsePage } from './markdown';
import { fromBuild, fromRegistry, isAsPrinted, openTerminal, stepsOf } from './tutorial';

/** A registry that has this tidemark: then npm and npx do what they do for a reader. It takes minutes. */
const registry = process.env['TIDEMARK_REGISTRY'];

const home = temporaryFolder('tutorial');
const terminal = openTerminal(home, registry === undefined ? fromBuild : fromRegistry(registry));
afterAll(() => terminal.close());

/** The page's API listens at 4000, which may be taken here. */
function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}

test('the tutorial, done word by word in an empty folder, prints what it says', async () => {
  const port = String(await freePort());
  const { blocks } = parsePage(readFileSync(path.join(ROOT, 'docs', 'tutorial.md'), 'utf8'));
  const steps = stepsOf(blocks);
  expect(steps.length).toBeGreaterThan(10);
  for (const step of steps) {
    if (step.kind === 'file') {
      terminal.write(step.name, step.text.replaceAll('4000', port));
    } else if (step.staysUp) {
      for (const command of step.commands) await terminal.keep(command, step.output ?? ['…']);
    } else {
      const printed: string[] = [];
      for (const command of step.commands) printed.push(...(await terminal.call(command)));
      if (step.output !== undefined && !isAsPrinted(step.output, printed))
        throw new Error(
          `docs/tutorial.md:${step.line}: ${step.commands.join('; ')} printed\n${printed.join('\n')}\n\nand not\n${step.output.join('\n')}`,
        );
    }
  }
}, 600_000);

test('an output that differs is told from one that is the same', () => {
  const page = ['plan: 13 intervals', '…', 'done in 0.3 s'];
  expect(isAsPrinted(page, ['plan: 13 intervals', 'done in 12.5 s'])).toBe(true);
  expect(isAsPrinted(page, ['plan: 13 intervals', 'a', 'b', 'done in 1 s'])).toBe(true);
  expect(isAsPrinted(page, ['plan: 14 intervals', 'done in 0.3 s'])).toBe(false);
  expect(isAsPrinted(page, ['plan: 13 intervals', 'done in 0.3 s', 'more'])).toBe(false);
  expect(isAsPrinted(['[2026-01-01, 2026-01-02)'], ['[2026-01-01, 2026-01-03)'])).toBe(false);
  expect(isAsPrinted(['next run 2026-12-01'], ['next run 2027-01-01'])).toBe(true);
});
