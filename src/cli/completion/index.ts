import type { Command } from 'commander';
import { ownField } from '../../value';
import type { Action } from '../session/command';
import { bashScript } from './bash';
import { fishScript } from './fish';
import { completedCommands } from './model';
import { namesOf } from './names';
import { zshScript } from './zsh';

const SCRIPTS = { bash: bashScript, zsh: zshScript, fish: fishScript };

/** Prints the script of a shell, made of the commands and options that the program has. */
export const printScript =
  (program: Command): Action<unknown> =>
  async ({ context: { terminal }, args: [shell] }) => {
    const script = SCRIPTS[shell as keyof typeof SCRIPTS];
    terminal.out(script(completedCommands(program)).trimEnd());
  };

/** Prints the pipelines of the config, or the resources of one, a name a line. */
export const printNames: Action<unknown> = async ({ context, args: [pipeline], options }) => {
  const names = await namesOf(context, options.config);
  const words = pipeline === undefined ? Object.keys(names) : (ownField(names, pipeline) ?? []);
  if (words.length > 0) context.terminal.out(words.join('\n'));
};
