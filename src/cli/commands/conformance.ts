import { Option } from 'commander';
import { later, type Register } from '../session/command';
import { collect, wholeNumber } from '../session/options';

/** As of src/conformance, which loads every destination and isn't loaded for the help; a test compares. */
export const KINDS = [
  ...['values', 'schema', 'reading', 'query', 'stream', 'closing', 'atomic', 'load-key', 'state', 'ledger'],
  ...['claims', 'concurrency', 'normalize', 'load'],
];
export const BUILT_IN = ['duckdb', 'postgres', 'bigquery'];

/** `tidemark conformance --destination FILE`: whether a destination does what tidemark asks of one. */
export const registerConformance: Register = (program, run) => {
  program
    .command('conformance')
    .description('check a destination of your own, or one that comes with tidemark')
    .requiredOption(
      '-d, --destination <file>',
      `a module that exports a destination, or (folder) => destination; or one that comes with tidemark: ${BUILT_IN.join(', ')}`,
    )
    .addOption(
      new Option('--only <kind>', 'only checks of a kind; may be given several times')
        .choices(KINDS)
        .argParser(collect),
    )
    .option('--timeout <seconds>', 'after which a check that has not ended has failed', wholeNumber(1), 60)
    .action(run(later(async () => (await import('../actions/conformance.js')).conformance)));
};
