import { isTidemarkError } from '../../errors';
import { cureOf } from './cure';
import { toJsonText } from './format';
import { styleFor } from './style';
import type { Terminal } from './terminal';

const MAX_CAUSES = 4;

/**
 * Prints an error as a person needs it: what was wrong and what to do; the stack only with `verbose`.
 * With `json` the result channel gets `{ error: { code, message, details } }` as well, so that a program can read it.
 */
export function printError(
  terminal: Terminal,
  error: unknown,
  options: { readonly verbose: boolean; readonly json: boolean },
): void {
  const style = styleFor(terminal.colour);
  const [first = '', ...more] = messageOf(error).split('\n');
  const code = isTidemarkError(error) ? style.dim(` [${error.code}]`) : '';
  terminal.err([`${style.red('error')} ${first}${code}`, ...more].join('\n'));
  printCauses(terminal, error);
  const known =
    isTidemarkError(error) && typeof error.details.cure === 'string' ? error.details.cure : undefined;
  const cure = known ?? cureOf(textsOf(error));
  if (cure !== undefined) terminal.err(`  ${cure}`);
  if (options.verbose && error instanceof Error && error.stack) terminal.err(style.dim(error.stack));
  else if (!isTidemarkError(error) && cure === undefined)
    terminal.err(style.dim('  (unexpected: --verbose shows where it came from)'));
  if (options.json) terminal.out(toJsonText({ error: errorAsJson(error) }));
}

/** Prints the messages below an error, a line each; with `verbose` its stack, too. */
export function printCauses(terminal: Terminal, error: unknown, verbose = false): void {
  const style = styleFor(terminal.colour);
  for (const cause of causesOf(error)) terminal.err(`  ${style.dim('cause')} ${cause}`);
  if (verbose && error instanceof Error && error.stack) terminal.err(style.dim(error.stack));
}

function errorAsJson(error: unknown): Record<string, unknown> {
  return isTidemarkError(error)
    ? { code: error.code, message: error.message, details: error.details }
    : { code: 'INTERNAL', message: messageOf(error) };
}

/** Its message and those below it. */
const textsOf = (error: unknown): readonly string[] => [messageOf(error), ...causesOf(error)];

/** The text of anything that was thrown, never empty. */
export function messageOf(error: unknown): string {
  if (error instanceof AggregateError && error.message === '') return error.errors.map(messageOf).join('; ');
  if (error instanceof Error) return error.message || error.name;
  return String(error);
}

/** The messages below an error, outermost first, without those that an outer message repeats. */
function causesOf(error: unknown): string[] {
  const found: string[] = [];
  let shown = messageOf(error);
  let current = error instanceof Error ? error.cause : undefined;
  while (current !== undefined && current !== null && found.length < MAX_CAUSES) {
    const message = messageOf(current);
    if (!shown.includes(message)) found.push(message);
    shown += message;
    current = current instanceof Error ? current.cause : undefined;
  }
  return found;
}
