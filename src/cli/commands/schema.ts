import { Option } from 'commander';
import { later, type Register } from '../session/command';
import { wholeNumber } from '../session/options';

/** `tidemark schema show|export|diff PIPELINE`: what is stored of the tables that a pipeline loads. */
export const registerSchema: Register = (program, run) => {
  const schema = program.command('schema').description('the stored schema of a pipeline').helpCommand(false);
  schema
    .command('show')
    .description('tables and columns: types, hints, and since which version')
    .argument('<pipeline>', 'its name')
    .option('-t, --table <name>', 'only this table')
    .action(run(later(async () => (await import('../actions/schema.js')).schemaShow)));
  schema
    .command('export')
    .description('print it in a form that other tools read')
    .argument('<pipeline>', 'its name')
    .addOption(
      new Option('-f, --format <format>', "dlt's own as YAML or JSON, SQL, or dbt sources")
        .choices(['yaml', 'json', 'sql', 'dbt'])
        .default('yaml'),
    )
    .option('--source <name>', 'which source; needed where the pipeline has several')
    .action(run(later(async () => (await import('../actions/schema.js')).schemaExport)));
  schema
    .command('diff')
    .description('what changed between two versions, or differs from another pipeline')
    .argument('<pipeline>', 'its name')
    .option('--from <version>', 'the earlier version (default: the one before)', wholeNumber(1))
    .option('--to <version>', 'the later version (default: the newest)', wholeNumber(1))
    .option('--with <pipeline>', 'compare with the newest schema of this pipeline')
    .option('--source <name>', 'which source; needed where the pipeline has several')
    .action(run(later(async () => (await import('../actions/schema.js')).schemaDiff)));
};
