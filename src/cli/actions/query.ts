import { TidemarkError } from '../../errors';
import type { TidemarkClient } from '../../operate';
import type { Entry } from '../../run';
import { plural, toJsonText } from '../output/format';
import { styleFor } from '../output/style';
import { renderTable } from '../output/table';
import { withClient } from '../session/client';
import type { Action } from '../session/command';

interface QueryCommandOptions {
  readonly files?: boolean;
  readonly pipeline?: string;
}

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

export const query: Action<QueryCommandOptions> = ({
  context: { terminal },
  context,
  args: [sql = ''],
  options,
}) =>
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
  });
