import { later, type Register } from '../session/command';

/** `tidemark status [PIPELINE]`: what runs, what comes next, what is loaded and what is missing. */
export const registerStatus: Register = (program, run) => {
  program
    .command('status')
    .description('which runs there are and come next, what is loaded and what is missing')
    .argument('[pipeline]', 'only this one')
    .action(run(later(async () => (await import('../actions/status.js')).status)));
};
