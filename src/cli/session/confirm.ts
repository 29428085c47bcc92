import { createInterface } from 'node:readline/promises';
import type { Readable } from 'node:stream';
import { TidemarkError } from '../../errors';
import type { CliContext } from './command';

/** Where an answer is typed. */
export type Keyboard = Readable & { readonly isTTY?: boolean };

/**
 * Asks at the terminal; anything but `y` or `yes` is a no, Ctrl-C too.
 *
 * @param options.yes the answer was given on the command line: nobody is asked
 * @param options.keyboard where it is typed. @default standard input
 * @throws USAGE where there is no terminal and the command line has no answer
 */
export async function confirmed(
  { terminal, interrupted }: Pick<CliContext, 'terminal' | 'interrupted'>,
  question: string,
  options: { readonly yes?: boolean | undefined; readonly keyboard?: Keyboard } = {},
): Promise<boolean> {
  const { yes = false, keyboard = process.stdin } = options;
  if (yes) return true;
  if (!terminal.interactive || keyboard.isTTY !== true)
    throw new TidemarkError(
      'USAGE',
      'This asks before it does anything, and there is no terminal to ask at: give --yes, or --dry-run to see what it would do.',
    );
  terminal.rewrite(`${question} [y/N] `);
  const lines = createInterface({ input: keyboard });
  try {
    const answer = await lines.question('', { signal: interrupted }).catch(() => '');
    return /^\s*y(es)?\s*$/i.test(answer);
  } finally {
    lines.close();
  }
}
