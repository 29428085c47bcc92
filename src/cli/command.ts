import type { Command } from 'commander';
import type { CliContext, GlobalOptions } from './context';
import { EXIT, type ExitCode } from './exit-code';

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
        args: command.processedArgs.filter((value): value is string => typeof value === 'string'),
        options: command.optsWithGlobals<Options & GlobalOptions>(),
      });
      note(code ?? EXIT.done);
    };
}
