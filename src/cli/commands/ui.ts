import { later, type Register } from '../session/command';
import { collect, portNumber } from '../session/options';

/** `tidemark ui`: the page of what is loaded, missing, running and late, until Ctrl-C. */
export const registerUi: Register = (program, run) => {
  program
    .command('ui')
    .description('serve the page of what is loaded, missing, running and late, until Ctrl-C')
    .option('--port <port>', 'where it listens (default: 4747, or the next that is free)', portNumber)
    .option('--host <address>', 'let other machines ask it, such as 0.0.0.0: the link then has a token')
    .option('--token <text>', 'the token of the link (default: none for this machine alone, else drawn)')
    .option(
      '--allowed-host <name>',
      "another name that it is asked by, such as a proxy's; may be given several times",
      collect,
    )
    .option('--read-only', 'refuse all actions')
    .action(run(later(async () => (await import('../actions/ui.js')).ui)));
};
