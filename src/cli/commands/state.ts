import type { Dataset } from '../../destination';
import { TidemarkError } from '../../errors';
import { schemaNameOf } from '../../schema';
import type { Register } from '../command';
import { withDataset } from '../dataset';
import { checkResources, entryNamed, loadDeployment, resourceNames } from '../deployment';
import { collect } from '../options';
import { toJsonText } from '../output/format';
import { type StateHolder, stateHolders } from '../state-holders';
import { setState } from './state-set';

interface StateOptions {
  readonly resource?: readonly string[];
  readonly all?: boolean;
}

/** `tidemark state show|set|reset PIPELINE`: the cursors and own values that a pipeline goes on from. */
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
        const sources: Record<string, SourceState> = {};
        for (const holder of stateHolders(entry)) {
          const read = await withDataset(context, holder, (dataset) =>
            readState(holder, dataset, options.resource),
          );
          const { resources, ...shared } = sources[holder.source] ?? { resources: {} };
          sources[holder.source] = { ...shared, ...read, resources: { ...resources, ...read.resources } };
        }
        context.terminal.out(toJsonText({ pipeline: entry.name, sources }, 2));
      }),
    );
  state
    .command('set')
    .description('set a cursor: the next run of the resource goes on from this value')
    .argument('<pipeline>', 'its name')
    .argument('<value>', 'a number, a date or time, or text, as the cursor has it')
    .requiredOption('-r, --resource <name>', 'whose cursor it is')
    .option('--cursor <path>', 'which cursor, where the resource has several')
    .action(setState(run));
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
        for (const holder of stateHolders(entry)) {
          const own = holder.resources.filter((name) => resources.includes(name));
          if (own.length === 0) continue;
          const edit = { source: schemaNameOf(holder.source), resources: own, clock: Date.now };
          await withDataset(context, holder, (dataset) => dataset.editState(edit));
        }
        if (options.json) return context.terminal.out(toJsonText({ pipeline: entry.name, reset: resources }));
        context.terminal.out(
          `Forgot the state of ${resources.join(', ')}; the rows stay, the next run begins anew.`,
        );
        return undefined;
      }),
    );
};

/** What is stored of a source: its shared state, and that of each resource. */
interface SourceState {
  readonly [shared: string]: unknown;
  readonly resources: Readonly<Record<string, unknown>>;
}

async function readState(
  { source }: StateHolder,
  dataset: Dataset,
  only: readonly string[] | undefined,
): Promise<SourceState> {
  const { state } = await dataset.snapshot(schemaNameOf(source));
  const { resources = {}, ...shared } = state?.sources?.[schemaNameOf(source)] ?? {};
  const wanted = ([name]: readonly [string, unknown]): boolean => only?.includes(name) ?? true;
  return {
    ...(only === undefined ? shared : {}),
    resources: Object.fromEntries(Object.entries(resources).filter(wanted)),
  };
}
