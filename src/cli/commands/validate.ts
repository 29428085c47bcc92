import { later, type Register } from '../session/command';

/** `tidemark validate`: whether the config is right, without a server and without secrets. */
export const registerValidate: Register = (program, run) => {
  program
    .command('validate')
    .description('check the config, its schedules and names, without a server')
    .option('--secrets', 'look up the config and secrets of sources and destinations, too')
    .action(run(later(async () => (await import('../actions/validate.js')).validate)));
};
