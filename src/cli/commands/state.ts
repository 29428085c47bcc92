import type { Dataset } from '../../destination';
import { TidemarkError } from '../../errors';
import { schemaNameOf } from '../../schema';
import type { Register } from '../command';
import { withDataset } from '../dataset';
import { checkResources, type Entry, entryNamed, loadDeployment, resourceNames } from '../deployment';
import { collect } from '../options';
import { toJsonText } from '../output/format';

interface StateOptions {
  readonly resource?: readonly string[];
  readonly all?: boolean;
}

/** `tidemark state show|reset PIPELINE`: the cursors and own values that a pipeline goes on from. */
export const registerState: Register = (program, run) => {
  const state = program.command('state').description('the stored state of a pipeline');
  state
    .command('show')
    .description('print it as JSON')
    .argument('<pipeline>', 'its name')
    .option('-r, --resource <name>', 'only this resource; may be given several times', collect)
    .action(
      run<StateOptions>(async ({ context, args, options }) => {
        const entry = entryNamed(await loadDeployment(context, options), args[0]!);
        checkResources(entry, options.resource);
        const shown = await withDataset(context, entry, (dataset) =>
          readState(entry, dataset, options.resource),
        );
        context.terminal.out(toJsonText(shown, 2));
      }),
    );
  state
    .command('reset')
    .description('forget the cursors of resources: their next run begins anew')
    .argument('<pipeline>', 'its name')
    .option('-r, --resource <name>', 'this resource; may be given several times', collect)
    .option('--all', 'every resource of the pipeline')
    .action(
      run<StateOptions>(async ({ context, args, options }) => {
        const entry = entryNamed(await loadDeployment(context, options), args[0]!);
        checkResources(entry, options.resource);
        const resources = options.all ? resourceNames(entry) : (options.resource ?? []);
        if (resources.length === 0)
          throw new TidemarkError('USAGE', 'Say whose state is to be forgotten: --resource NAME, or --all.');
        await withDataset(context, entry, async (dataset) => {
          for (const source of entry.sources()) {
            const own = source.resourceNames.filter((name) => resources.includes(name));
            if (own.length > 0)
              await dataset.editState({ source: schemaNameOf(source.name), resources: own, clock: Date.now });
          }
        });
        if (options.json) return context.terminal.out(toJsonText({ pipeline: entry.name, reset: resources }));
        context.terminal.out(
          `Forgot the state of ${resources.join(', ')}; the rows stay, the next run begins anew.`,
        );
        return undefined;
      }),
    );
};

async function readState(
  entry: Entry,
  dataset: Dataset,
  only: readonly string[] | undefined,
): Promise<Record<string, unknown>> {
  const shown: Record<string, unknown> = {};
  for (const source of entry.sources()) {
    const { state } = await dataset.snapshot(schemaNameOf(source.name));
    const { resources = {}, ...shared } = state?.sources?.[schemaNameOf(source.name)] ?? {};
    shown[source.name] = {
      ...(only === undefined ? shared : {}),
      resources: Object.fromEntries(
        Object.entries(resources).filter(([name]) => only?.includes(name) ?? true),
      ),
    };
  }
  return { pipeline: entry.name, sources: shown };
}
