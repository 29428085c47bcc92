import type { Register } from '../command';
import { withDataset } from '../dataset';
import { typedRange } from '../dates';
import { checkResources, entryNamed, loadDeployment } from '../deployment';
import { readIntervals } from '../ledger-view';
import { collect } from '../options';
import { toJsonText } from '../output/format';
import { printIntervals } from '../output/intervals';

interface IntervalsOptions {
  readonly from?: string;
  readonly to?: string;
  readonly resource?: readonly string[];
}

/** `tidemark intervals PIPELINE`: what was loaded for which interval, and what is missing and why. */
export const registerIntervals: Register = (program, run) => {
  program
    .command('intervals')
    .description('what was loaded for which interval, and what is missing')
    .argument('<pipeline>', 'its name')
    .option('--from <date>', 'only intervals that end after it')
    .option('--to <date>', 'only intervals that begin before it')
    .option('-r, --resource <name>', 'only this resource; may be given several times', collect)
    .action(
      run<IntervalsOptions>(async ({ context, args, options }) => {
        const entry = entryNamed(await loadDeployment(context, options), args[0]!);
        checkResources(entry, options.resource);
        const range = typedRange(entry, options);
        const resources = await withDataset(context, entry, (dataset) =>
          readIntervals({ entry, dataset, range, only: options.resource }),
        );
        if (options.json) return context.terminal.out(toJsonText({ pipeline: entry.name, resources }));
        for (const resource of resources) printIntervals(context.terminal, entry.name, resource);
        return undefined;
      }),
    );
};
