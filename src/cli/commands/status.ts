import { toJsonText } from '../output/format';
import { printStatus, statusAsJson } from '../output/status';
import { styleFor } from '../output/style';
import { describeAccess, withClient } from '../session/client';
import type { Register } from '../session/command';

/** `tidemark status [PIPELINE]`: what runs, what comes next, what is loaded and what is missing. */
export const registerStatus: Register = (program, run) => {
  program
    .command('status')
    .description('what runs, what comes next, what is loaded and what is missing')
    .argument('[pipeline]', 'only this one')
    .action(
      run(({ context: { terminal }, context, args: [pipeline], options }) =>
        withClient(context, options, async (client) => {
          const statuses = await client.status(pipeline === undefined ? undefined : [pipeline]);
          if (options.json) return terminal.out(toJsonText(statuses.map(statusAsJson)));
          const temporal = await client.temporalIfAny();
          if (temporal !== undefined) terminal.err(styleFor(terminal.colour).dim(describeAccess(temporal)));
          for (const status of statuses) printStatus(terminal, status);
        }),
      ),
    );
};
