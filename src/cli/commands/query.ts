import type { Dataset } from '../../destination';
import { TidemarkError } from '../../errors';
import type { Entry } from '../../run';
import type { Register } from '../command';
import { withDataset } from '../dataset';
import { entryNamed, type LoadedDeployment, loadDeployment } from '../deployment';
import { plural, toJsonText } from '../output/format';
import { styleFor } from '../output/style';
import { renderTable } from '../output/table';

interface QueryOptions {
  readonly pipeline?: string;
}

/** `tidemark query SQL`: rows of the dataset that a pipeline loads into. */
export const registerQuery: Register = (program, run) => {
  program
    .command('query')
    .description('run SQL on what was loaded')
    .argument('<sql>', 'the statement; the dataset is the default schema')
    .option('-p, --pipeline <name>', 'whose dataset; needed where the config has several')
    .action(
      run<QueryOptions>(async ({ context, args, options }) => {
        const { terminal } = context;
        const deployment = await loadDeployment(context, options);
        const entry = options.pipeline ? entryNamed(deployment, options.pipeline) : onlyDataset(deployment);
        const result = await withDataset(context, entry, (dataset: Dataset) => dataset.query(args[0]!));
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
        return undefined;
      }),
    );
};

/**
 * An entry of the one dataset that the config loads into.
 * @throws USAGE if there are several
 */
function onlyDataset(deployment: LoadedDeployment): Entry {
  const entries = deployment.config.pipelines;
  const places = new Map(entries.map((entry) => [placeOf(entry), entry]));
  const [entry] = entries;
  if (entry !== undefined && places.size === 1) return entry;
  throw new TidemarkError(
    'USAGE',
    `"${deployment.file}" loads into ${places.size} datasets; name a pipeline with --pipeline: ${[
      ...places.values(),
    ]
      .map(({ name }) => `"${name}"`)
      .join(', ')}.`,
  );
}

function placeOf({ pipeline }: Entry): string {
  return `${pipeline.destination.describe(pipeline.name)} ${pipeline.datasetName}`;
}
