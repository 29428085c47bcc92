import { later, type Register } from '../session/command';
import { portNumber } from '../session/options';

/** `tidemark dev`: server, worker, deployment and page in one command; a change of the config is deployed at once. */
export const registerDev: Register = (program, run) => {
  program
    .command('dev')
    .description('server, worker, deployment and page in one; follows changes of the config')
    .option(
      '--ui-port <port>',
      'where the page listens (default: 4747, or the next that is free)',
      portNumber,
    )
    .option('--no-ui', 'serve no page')
    .action(run(later(async () => (await import('../actions/dev.js')).dev)));
};
