import { TidemarkError } from '../../errors';
import { SCHEMA_FORMATS, type SchemaFormat } from '../../operate';
import { toJsonText } from '../output/format';
import { renderSchema, renderSchemaDiff } from '../output/schema';
import { withClient } from '../session/client';
import type { Register } from '../session/command';
import { wholeNumber } from '../session/options';

interface ShowOptions {
  readonly table?: string;
}

interface ExportOptions {
  readonly format: SchemaFormat;
  readonly source?: string;
}

interface DiffOptions {
  readonly from?: number;
  readonly to?: number;
  readonly with?: string;
  readonly source?: string;
}

/** `tidemark schema show|export|diff PIPELINE`: what is stored of the tables that a pipeline loads. */
export const registerSchema: Register = (program, run) => {
  const schema = program.command('schema').description('the stored schema of a pipeline');
  schema
    .command('show')
    .description('tables and columns: types, hints, and since which version')
    .argument('<pipeline>', 'its name')
    .option('-t, --table <name>', 'only this table')
    .action(
      run<ShowOptions>(({ context: { terminal }, context, args: [pipeline = ''], options }) =>
        withClient(context, options, async (client) => {
          const view = await client.schema(pipeline, { table: options.table });
          terminal.out(options.json ? toJsonText(view) : renderSchema(terminal, view));
        }),
      ),
    );
  schema
    .command('export')
    .description('print it in a form that other tools read')
    .argument('<pipeline>', 'its name')
    .option('-f, --format <format>', `${SCHEMA_FORMATS.join(', ')}: dlt's own, SQL, or dbt sources`, 'yaml')
    .option('--source <name>', 'which source; needed where the pipeline has several')
    .action(
      run<ExportOptions>(({ context: { terminal }, context, args: [pipeline = ''], options }) =>
        withClient(context, options, async (client) => {
          const { format, source, json } = options;
          const text = await client.exportSchema(pipeline, { format, source });
          terminal.out(json && format !== 'json' ? toJsonText({ pipeline, format, text }) : text.trimEnd());
        }),
      ),
    );
  schema
    .command('diff')
    .description('what changed between two versions, or differs from another pipeline')
    .argument('<pipeline>', 'its name')
    .option('--from <version>', 'the earlier version (default: the one before)', wholeNumber(1))
    .option('--to <version>', 'the later version (default: the newest)', wholeNumber(1))
    .option('--with <pipeline>', 'compare with the newest schema of this pipeline')
    .option('--source <name>', 'which source; needed where the pipeline has several')
    .action(
      run<DiffOptions>(({ context: { terminal }, context, args: [pipeline = ''], options }) =>
        withClient(context, options, async (client) => {
          const { from, to, with: against, source, json } = options;
          if (against !== undefined && (from ?? to) !== undefined)
            throw new TidemarkError(
              'USAGE',
              '--with compares the newest schemas; leave out --from and --to, or --with.',
            );
          const diff = await client.diffSchema(pipeline, { from, to, against, source });
          terminal.out(json ? toJsonText(diff) : renderSchemaDiff(terminal, diff));
        }),
      ),
    );
};
