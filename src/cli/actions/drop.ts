import { dropLine, renderDrop } from '../output/drop';
import { toJsonText } from '../output/format';
import { withClient } from '../session/client';
import { type Action, EXIT } from '../session/command';
import { confirmed } from '../session/confirm';

interface DropOptions {
  readonly stateOnly?: boolean;
  readonly tablesOnly?: boolean;
  readonly dryRun?: boolean;
  readonly yes?: boolean;
}

export const drop: Action<DropOptions> = ({ context, args: [pipeline = ''], words: resources, options }) =>
  withClient(context, options, async (client) => {
    const { terminal } = context;
    const { stateOnly, tablesOnly, dryRun = false, yes, json } = options;
    const request = { resources, stateOnly, tablesOnly };
    const plan = await client.drop(pipeline, { ...request, dryRun: true });
    if (!json) terminal.out(renderDrop(terminal, plan));
    else if (!dryRun && yes !== true) terminal.err(renderDrop(terminal, plan));
    if (dryRun) {
      terminal.out(json ? toJsonText({ pipeline, ...plan }) : dropLine(plan));
      return EXIT.done;
    }
    if (!(await confirmed(context, 'Drop this?', { yes }))) {
      terminal.err('Nothing was dropped.');
      return EXIT.failed;
    }
    const report = await client.drop(pipeline, request);
    terminal.out(json ? toJsonText({ pipeline, ...report }) : dropLine(report));
    return EXIT.done;
  });
