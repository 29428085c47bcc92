import { later, type Register } from '../session/command';
import { collect } from '../session/options';

/** `tidemark state show|set|reset PIPELINE`: the cursors and own values that a pipeline goes on from. */
export const registerState: Register = (program, run) => {
  const state = program.command('state').description('the stored state of a pipeline').helpCommand(false);
  state
    .command('show')
    .description('print the cursors and other values that are stored, as JSON')
    .argument('<pipeline>', 'its name')
    .option('-r, --resource <resource>', 'only this resource; may be given several times', collect)
    .action(run(later(async () => (await import('../actions/state.js')).stateShow)));
  state
    .command('set')
    .description('set a cursor: the next run of the resource goes on from this value')
    .argument('<pipeline>', 'its name')
    .argument('<value>', 'a number, a date or time, or text, as the cursor has it')
    .requiredOption('-r, --resource <resource>', 'whose cursor it is')
    .option('--cursor <path>', 'which cursor, where the resource has several')
    .action(run(later(async () => (await import('../actions/state.js')).stateSet)));
  state
    .command('reset')
    .description('forget the cursors of resources: their next run begins anew')
    .argument('<pipeline>', 'its name')
    .option('-r, --resource <resource>', 'this resource; may be given several times', collect)
    .option('--all', 'every resource of the pipeline')
    .action(run(later(async () => (await import('../actions/state.js')).stateReset)));
};
