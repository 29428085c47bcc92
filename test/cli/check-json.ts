import type { Command } from 'commander';
import { wordsOf } from '../../src/cli/examples';
import { JSON_ERROR, JSON_OUTPUTS } from '../../src/cli/json';
import { buildProgram } from '../../src/cli/program';
import { fakeTerminal } from './fake-terminal';

/** The words of the command that a command line calls; undefined where it calls none. */
async function commandOf(argv: readonly string[]): Promise<string | undefined> {
  let words: string | undefined;
  const program = buildProgram(fakeTerminal().terminal, () => (...values) => {
    words = wordsOf(values.at(-1) as Command);
    return Promise.resolve();
  });
  await program.parseAsync(argv, { from: 'user' }).catch(() => undefined);
  return words;
}

/**
 * Holds what a command printed against its schema, where it was asked for JSON and printed any.
 * @throws naming the command and the field that differs
 */
export async function checkJson(
  argv: readonly string[],
  { code, stdout }: { readonly code: number | null; readonly stdout: string },
): Promise<void> {
  if (!argv.includes('--json') || stdout === '') return;
  const words = await commandOf(argv);
  if (words === undefined) return;
  const printed: unknown = JSON.parse(stdout);
  const failed = code !== 0 && typeof printed === 'object' && printed !== null && 'error' in printed;
  // a run that failed has an error, too, beside its workflow
  const isError = failed && !('workflowId' in printed);
  const schema = isError ? JSON_ERROR : JSON_OUTPUTS[words];
  if (schema === undefined)
    throw new Error(`src/cli/json says nothing of what "tidemark ${words} --json" prints.`);
  const { error } = schema.safeParse(printed);
  if (error !== undefined)
    throw new Error(
      `What "tidemark ${argv.join(' ')}" prints isn't as src/cli/json has it: ${error.message}\n${stdout.slice(0, 2000)}`,
    );
}
