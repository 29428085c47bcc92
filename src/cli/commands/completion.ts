import { Argument } from 'commander';
import { later, type Register } from '../session/command';

/** `tidemark completion SHELL`: the script that completes its words; and what the script asks for names of the config. */
export const registerCompletion: Register = (program, run) => {
  program
    .command('completion')
    .description('print the script that completes commands, options and names in a shell')
    .addArgument(new Argument('<shell>', 'which').choices(['bash', 'zsh', 'fish']))
    .action(run(later(async () => (await import('../completion/index.js')).printScript(program))));
  program
    .command('complete-names', { hidden: true })
    .argument('[pipeline]', 'whose resources')
    .action(run(later(async () => (await import('../completion/index.js')).printNames)));
};
