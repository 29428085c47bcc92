import { later, type Register } from '../session/command';

/** `tidemark doctor`: looks at everything that a load needs, and says of each whether it is there. */
export const registerDoctor: Register = (program, run) => {
  program
    .command('doctor')
    .description('check the config, secrets, Temporal and the destinations')
    .option(
      '--fix-clock <pipeline>',
      'give loads that a clock ahead of its time wrote ids of now; be sure that this clock is right',
    )
    .option(
      '--forget-host <pipeline>',
      'forget on which host the file of a pipeline is, where that host is given up; the next run says it anew',
    )
    .action(run(later(async () => (await import('../actions/doctor.js')).doctor)));
};
