import { CommanderError } from 'commander';
import { buildProgram } from '../../src/cli/program';
import { fakeTerminal } from '../cli/fake-terminal';

/** `npx tidemark run a --bind 'b.c="d e"' # why` → the words after `tidemark`; undefined for another command. */
export function tidemarkWords(line: string): readonly string[] | undefined {
  const [, rest] = /^\s*(?:[A-Z_]+=\S+ )*(?:npx )?(?:npm run -s )?tidemark( .*)?$/.exec(line) ?? [];
  if (rest === undefined) return undefined;
  const words: string[] = [];
  for (const [whole] of rest.matchAll(/(?:'[^']*'|"(?:\\.|[^"\\])*"|[^\s'"]+)+/g)) {
    if (whole.startsWith('#') || ['|', '>', '&&', '&', ';'].includes(whole)) break;
    if (whole === '--' && words.length === 0) continue;
    words.push(whole.replace(/'([^']*)'|"((?:\\.|[^"\\])*)"/g, (_, single, double) => single ?? double));
  }
  return words;
}

/** Why the program wouldn't take these words; undefined where it would. Nothing is run. */
export async function faultOfCommand(words: readonly string[]): Promise<string | undefined> {
  let called = false;
  const terminal = fakeTerminal();
  const program = buildProgram(terminal.terminal, () => async () => {
    called = true;
  });
  try {
    await program.parseAsync([...words], { from: 'user' });
    return called ? undefined : 'does nothing';
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    return ['commander.helpDisplayed', 'commander.version'].includes(error.code) ? undefined : error.message;
  }
}
