import { TEMPLATES } from '../init/templates';
import { later, type Register } from '../session/command';
import { collect } from '../session/options';

/**
 * `tidemark init [DIR]`: a project that runs, for a source that comes with the package or for a pipeline of the user's.
 * Never overwrites a file.
 */
export const registerInit: Register = (program, run) => {
  program
    .command('init')
    .description('write a project that runs: its config, package.json and what belongs beside them')
    .argument('[dir]', 'the folder', '.')
    .option(
      '--source <name>',
      `the source to begin with: ${Object.keys(TEMPLATES).join(', ')} (default: zendesk)`,
    )
    .option('--pipeline <file>', 'a file of yours that exports a pipeline: writes a config that schedules it')
    .option(
      '--from-dlt <file>',
      "a Python file of dlt's: takes over pipelines, sources, hints and cursors; it is read, not run",
    )
    .option(
      '--from-airflow <file>',
      'a Python file with DAGs: takes over their schedules; with --from-dlt, for its pipelines',
    )
    .option(
      '--url <address>',
      'with --source rest: asks this address a few times and describes what it answers',
    )
    .option(
      '--header <header>',
      "sent to --url, 'Authorization: Bearer …'; its value goes to .env (repeatable)",
      collect,
    )
    .option('--list', 'list the sources to begin with, and write nothing')
    .action(run(later(async () => (await import('../actions/init.js')).init)));
};
