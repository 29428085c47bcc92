import type { Command } from 'commander';
import { namesAndGuess, TidemarkError } from '../../errors';
import type { Register } from '../session/command';

/** `tidemark help [COMMAND]`: what `--help` shows, also of a command below another, `tidemark help state set`. */
export const registerHelp: Register = (program, run) => {
  program
    .command('help')
    .description('how a command is used')
    .argument('[command...]', 'its words; without them all commands are listed')
    .action(run(async ({ words }) => commandNamed(program, words).outputHelp()));
};

/** @throws USAGE for a word that is no command */
function commandNamed(program: Command, words: readonly string[]): Command {
  return words.reduce((command, word) => {
    const found = command.commands.find((one) => one.name() === word);
    if (found !== undefined) return found;
    const names = command.commands.map((one) => one.name());
    throw new TidemarkError(
      'USAGE',
      names.length === 0
        ? `"${command.name()}" has no commands below it, so that "${word}" can be none.`
        : `There is no command "${word}"; there is ${namesAndGuess(word, names)}`,
    );
  }, program);
}
