import type { Command } from 'commander';
import { isTidemarkError } from '../../errors';
import type { Terminal } from '../output/terminal';

/** What every command gets: where it writes, where it was called, and the person's wish to stop. */
export interface CliContext {
  readonly terminal: Terminal;
  readonly cwd: string;
  /** Aborted at Ctrl-C or a terminate signal: a run detaches, a worker stops gracefully. */
  readonly interrupted: AbortSignal;
}

/** The options that every command takes, wherever they stand in the command line. */
export interface GlobalOptions {
  readonly config?: string;
  readonly json: boolean;
  readonly verbose: boolean;
}

/** The exit codes of the command: it did it, it failed, or it was called wrongly (nothing was started then). */
export const EXIT = { done: 0, failed: 1, usage: 2 } as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** Codes that say that the command line named something that isn't there or can't be read. */
const USAGE_CODES = new Set(['USAGE', 'PIPELINE_UNKNOWN', 'RESOURCE_UNKNOWN', 'CONFIG_NOT_FOUND']);

/** The exit code for an error that ended a command. */
export function exitCodeOf(error: unknown): ExitCode {
  return isTidemarkError(error) && USAGE_CODES.has(error.code) ? EXIT.usage : EXIT.failed;
}

/** Adds one command to the program. */
export type Register = (program: Command, run: RunAction) => void;

/** An action gets its own options together with the global ones; without an answer it is done. */
export type Action<Options> = (call: {
  readonly context: CliContext;
  readonly args: readonly string[];
  readonly options: Options & GlobalOptions;
}) => Promise<ExitCode | undefined> | Promise<void>;

/** Makes commander's action of ours, and notes the exit code. */
export type RunAction = <Options>(action: Action<Options>) => (...values: unknown[]) => Promise<void>;

/** `note` gets the exit code of the one command that ran. */
export function actionRunner(context: CliContext, note: (code: ExitCode) => void): RunAction {
  return <Options>(action: Action<Options>) =>
    async (...values: unknown[]) => {
      const command = values.at(-1) as Command;
      const code = await action({
        context,
        args: command.processedArgs.flat().filter((value): value is string => typeof value === 'string'),
        options: command.optsWithGlobals<Options & GlobalOptions>(),
      });
      note(code ?? EXIT.done);
    };
}
