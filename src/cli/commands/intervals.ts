import { zoneOf } from '../../plan';
import { toJsonText } from '../output/format';
import { printIntervals } from '../output/intervals';
import { withClient } from '../session/client';
import type { Register } from '../session/command';
import { collect, typedRange } from '../session/options';

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
      run<IntervalsOptions>(({ context: { terminal }, context, args: [pipeline = ''], options }) =>
        withClient(context, options, async (client) => {
          const entry = client.entry(pipeline);
          const { from, to } = typedRange(entry, options);
          const zone = zoneOf(entry).name;
          const resources = await client.intervals(pipeline, { from, to, resources: options.resource });
          if (options.json) terminal.out(toJsonText({ pipeline, resources }));
          else for (const resource of resources) printIntervals(terminal, { pipeline, zone }, resource);
        }),
      ),
    );
};
