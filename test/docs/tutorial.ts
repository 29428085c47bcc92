import { createServer } from 'node:net';
import { type Block, parsePage } from './markdown';
import type { Terminal } from './terminal';

/** What a reader is told to do next. */
export type Step =
  | { readonly kind: 'file'; readonly name: string; readonly text: string; readonly line: number }
  | {
      readonly kind: 'commands';
      readonly commands: readonly string[];
      /** It is left running in a terminal of its own. */
      readonly staysUp: boolean;
      /** The lines that the page prints; `…` stands for any number of lines. */
      readonly output: readonly string[] | undefined;
      readonly line: number;
    };

/** Blocks whose first line is `// NAME` are files, `sh` blocks are called, a block without a language is what they print. */
export function stepsOf(blocks: readonly Block[]): readonly Step[] {
  return blocks.flatMap((block, index): Step[] => {
    const { language, text, line, hidden } = block;
    const [, name] = /^\/\/ (\S+\.\w+)\n/.exec(text) ?? [];
    if (name !== undefined) return [{ kind: 'file', name, text, line }];
    if (language !== 'sh') return [];
    const next = blocks[index + 1];
    const output = next?.language === '' ? next.text.trimEnd().split('\n') : undefined;
    const staysUp = hidden.some(({ kind }) => kind === 'stays up');
    return [{ kind: 'commands', commands: text.trimEnd().split('\n'), staysUp, output, line }];
  });
}

/** What differs from day to day and from machine to machine, made alike. Dates of January 2026 stay: the pages load those. */
export const masked = (line: string): string =>
  line
    .replace(/127\.0\.0\.1:\d+/g, '127.0.0.1:PORT')
    .replace(/\b(?!2026-01)\d{4}-\d\d-\d\d(T[\d:.]+Z)?/g, 'DATE')
    .replace(/\b\d{10}\.\d{6}\b/g, 'LOAD')
    .replace(/\b\d+(\.\d+)? (ms|s|kB)\b/g, 'N $2')
    .replace(/(load|DATE) {2,}/g, '$1  ')
    .trimEnd();

/** Whether a program printed these lines, in this order and with nothing between them but at a `…`. */
export function isAsPrinted(expected: readonly string[], printed: readonly string[]): boolean {
  const [first, ...others] = expected;
  if (first === undefined) return printed.length === 0;
  if (first === '…')
    return printed.some((_, at) => isAsPrinted(others, printed.slice(at))) || isAsPrinted(others, []);
  const [line, ...rest] = printed;
  return line !== undefined && masked(line) === masked(first) && isAsPrinted(others, rest);
}

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

/**
 * Does what a page says, word by word: writes its files, calls its commands, and compares what they print.
 *
 * @param page its Markdown
 * @param options.name how errors call it: its path
 * @param options.spell how a reader spells a command of the page. @default as the page does
 * @returns how many steps it had
 * @throws Error that names the step's line and command, with what was printed and what the page prints
 */
export async function doPage(
  page: string,
  terminal: Terminal,
  { name, spell = (command) => command }: { name: string; spell?: (command: string) => string },
): Promise<number> {
  const port = String(await freePort());
  const steps = stepsOf(parsePage(page).blocks);
  for (const step of steps) {
    if (step.kind === 'file') terminal.write(step.name, step.text.replaceAll('4000', port));
    else
      await callAll(terminal, step, spell).catch((error: Error) => {
        throw new Error(`${name}:${step.line}: ${error.message}`);
      });
  }
  return steps.length;
}

async function callAll(
  terminal: Terminal,
  { commands, staysUp, output }: Extract<Step, { kind: 'commands' }>,
  spell: (command: string) => string,
): Promise<void> {
  const spelt = commands.map(spell);
  if (staysUp) {
    for (const command of spelt) await terminal.keep(command, output ?? ['…']);
    return;
  }
  const printed: string[] = [];
  for (const command of spelt) printed.push(...(await terminal.call(command)));
  if (output !== undefined && !isAsPrinted(output, printed))
    throw new Error(differs(spelt.join('; '), printed, output));
}

/** What an error says of a command that printed something else. */
export const differs = (command: string, printed: readonly string[], expected: readonly string[]): string =>
  `"${command}" printed\n${printed.join('\n')}\n\nand not\n${expected.join('\n')}`;
