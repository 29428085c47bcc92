import { toJsonText } from '../output/format';
import { renderTrace } from '../output/trace';
import { withClient } from '../session/client';
import type { Register } from '../session/command';
import { typedRange } from '../session/options';

/**
 * `tidemark trace RUN`: where the time of a run went. `tidemark trace PIPELINE DATE`: of the run that loaded the interval that
 * the date lies in.
 */
export const registerTrace: Register = (program, run) => {
  program
    .command('trace')
    .description('where the time of a run went: waiting, requests, tables, commit')
    .argument('<run>', 'its workflow id; or a pipeline')
    .argument('[date]', 'of a pipeline: the interval that this date or time lies in')
    .action(
      run(({ context: { terminal }, context, args: [what = '', date], options }) =>
        withClient(context, options, async (client) => {
          // a date that can't be read is wrong use
          if (date !== undefined) typedRange(client.entry(what), { from: date });
          const trace = await client.trace(what, date);
          terminal.out(options.json ? toJsonText(trace) : renderTrace(terminal, trace));
        }),
      ),
    );
};
