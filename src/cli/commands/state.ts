import { TidemarkError } from '../../errors';
import type { StoredState } from '../../operate';
import { toJsonText } from '../output/format';
import { withClient } from '../session/client';
import type { Register } from '../session/command';
import { collect } from '../session/options';

interface StateOptions {
  readonly resource?: readonly string[];
  readonly all?: boolean;
}

interface StateSetOptions {
  readonly resource: string;
  readonly cursor?: string;
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
      run<StateOptions>(({ context, args: [pipeline = ''], options }) =>
        withClient(context, options, async (client) => {
          const states = await client.state(pipeline, { resources: options.resource });
          context.terminal.out(toJsonText({ pipeline, sources: bySource(states) }, 2));
        }),
      ),
    );
  state
    .command('set')
    .description('set a cursor: the next run of the resource goes on from this value')
    .argument('<pipeline>', 'its name')
    .argument('<value>', 'a number, a date or time, or text, as the cursor has it')
    .requiredOption('-r, --resource <name>', 'whose cursor it is')
    .option('--cursor <path>', 'which cursor, where the resource has several')
    .action(
      run<StateSetOptions>(({ context: { terminal }, context, args: [pipeline = '', value = ''], options }) =>
        withClient(context, options, async (client) => {
          const { resource, cursor } = options;
          const set = await client.setCursor(pipeline, { resource, cursor, value });
          terminal.out(
            options.json
              ? toJsonText({ pipeline, ...set })
              : `The next run of ${resource} goes on from ${set.cursor} = ${String(set.lastValue)}; rows that are loaded stay.`,
          );
        }),
      ),
    );
  state
    .command('reset')
    .description('forget the cursors of resources: their next run begins anew')
    .argument('<pipeline>', 'its name')
    .option('-r, --resource <name>', 'this resource; may be given several times', collect)
    .option('--all', 'every resource of the pipeline')
    .action(
      run<StateOptions>(({ context: { terminal }, context, args: [pipeline = ''], options }) =>
        withClient(context, options, async (client) => {
          const { all = false, resource: resources = [], json } = options;
          client.entry(pipeline);
          if (!all && resources.length === 0)
            throw new TidemarkError(
              'USAGE',
              'Say whose state is to be forgotten: --resource NAME, or --all.',
            );
          const reset = await client.resetState(pipeline, { resources: all ? undefined : resources });
          terminal.out(
            json
              ? toJsonText({ pipeline, reset })
              : `Forgot the state of ${reset.join(', ')}; the rows stay, the next run begins anew.`,
          );
        }),
      ),
    );
};

/** What is stored of a source: its shared state, and that of each resource. */
interface SourceState {
  readonly [shared: string]: unknown;
  readonly resources: Readonly<Record<string, unknown>>;
}

/** The state of each source, whoever keeps it. */
function bySource(states: readonly StoredState[]): Record<string, SourceState> {
  const sources: Record<string, SourceState> = {};
  for (const { source, shared, resources } of states) {
    const former = sources[source];
    sources[source] = { ...former, ...shared, resources: { ...former?.resources, ...resources } };
  }
  return sources;
}
