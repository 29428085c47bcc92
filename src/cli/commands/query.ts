import { TidemarkError } from '../../errors';
import type { TidemarkClient } from '../../operate';
import type { Entry } from '../../run';
import { plural, toJsonText } from '../output/format';
import { styleFor } from '../output/style';
import { renderTable } from '../output/table';
import { withClient } from '../session/client';
import type { Register } from '../session/command';

interface QueryCommandOptions {
  readonly files?: boolean;
  readonly pipeline?: string;
}

/** `tidemark query SQL`: rows of the dataset that a pipeline loads into. */
export const registerQuery: Register = (program, run) => {
  program
    .command('query')
    .description('run SQL that reads what was loaded')
    .argument('<sql>', 'one SELECT, EXPLAIN, DESCRIBE or SHOW; the dataset is the default schema')
    .option('-p, --pipeline <name>', 'whose dataset; needed where the config has several')
    .option('--files', 'let it read files of this machine, too')
    .action(
      run<QueryCommandOptions>(({ context: { terminal }, context, args: [sql = ''], options }) =>
        withClient(context, options, async (client) => {
          const result = await client.query(options.pipeline || onlyDataset(client), sql, [], {
            files: options.files,
          });
          if (options.json) return terminal.out(toJsonText(result));
          const names = result.columns.map(({ name }) => name);
          terminal.out(
            renderTable(
              terminal,
              names,
              result.rows.map((row) => names.map((name) => row[name])),
            ),
          );
          terminal.err(styleFor(terminal.colour).dim(plural(result.rows.length, 'row')));
        }),
      ),
    );
};

/**
 * A pipeline of the one dataset that the config loads into.
 * @throws USAGE if there are several
 */
function onlyDataset({ config, deployment }: TidemarkClient): string {
  const places = new Map(config.pipelines.map((entry) => [placeOf(entry), entry.name]));
  const [entry] = config.pipelines;
  if (entry !== undefined && places.size === 1) return entry.name;
  const names = [...places.values()].map((name) => `"${name}"`).join(', ');
  throw new TidemarkError(
    'USAGE',
    `"${deployment.file}" loads into ${places.size} datasets; name a pipeline with --pipeline: ${names}.`,
  );
}

function placeOf({ pipeline }: Entry): string {
  return `${pipeline.destination.describe(pipeline.name)} ${pipeline.datasetName}`;
}
