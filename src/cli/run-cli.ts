import { CommanderError } from 'commander';
import { redact } from '../redaction';
import { printError } from './output/error';
import { createTerminal, type TerminalStream } from './output/terminal';
import { buildProgram } from './program';
import { actionRunner, EXIT, type ExitCode, exitCodeOf } from './session/command';
import { interruption } from './session/interruption';

/** Where a call of the command runs; the defaults are the process's own. */
interface RunCliOptions {
  readonly stdout?: TerminalStream;
  readonly stderr?: TerminalStream;
  readonly cwd?: string;
  /** Stands for Ctrl-C. Default: the first SIGINT or SIGTERM; a second one ends the process at once. */
  readonly interrupted?: AbortSignal;
}

/**
 * Runs the `tidemark` command and gives the exit code: 0 done, 1 failed, 2 wrong use. Never throws, never ends the process.
 *
 * @example
 * const code = await runCli(['status', 'zendesk', '--json']);
 */
export async function runCli(argv: readonly string[], options: RunCliOptions = {}): Promise<ExitCode> {
  // not by the index, which loads the validation of configs
  const { colourWish } = await import('../config/colour-wish.js');
  const terminal = createTerminal({
    stdout: options.stdout ?? process.stdout,
    stderr: options.stderr ?? process.stderr,
    redact,
    ...colourWish(),
  });
  const stop = options.interrupted ? undefined : interruption(terminal);
  const context = {
    terminal,
    cwd: options.cwd ?? process.cwd(),
    interrupted: options.interrupted ?? stop!.signal,
  };
  let code: ExitCode = EXIT.done;
  const program = buildProgram(
    terminal,
    actionRunner(context, (noted) => {
      code = noted;
    }),
  );
  try {
    await program.parseAsync(argv, { from: 'user' });
    return code;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.done : EXIT.usage;
    printError(terminal, error, { verbose: argv.includes('--verbose'), json: argv.includes('--json') });
    return exitCodeOf(error);
  } finally {
    stop?.dispose();
  }
}
