import { dropLine, renderDrop } from '../output/drop';
import { toJsonText } from '../output/format';
import { withClient } from '../session/client';
import { EXIT, type Register } from '../session/command';
import { confirmed } from '../session/confirm';

interface DropOptions {
  readonly stateOnly?: boolean;
  readonly tablesOnly?: boolean;
  readonly dryRun?: boolean;
  readonly yes?: boolean;
}

/** `tidemark drop PIPELINE RESOURCE…`: tables and state of resources go; says what first, and asks. */
export const registerDrop: Register = (program, run) => {
  program
    .command('drop')
    .description('drop tables and state of resources; what is dropped is shown first, and asked for')
    .argument('<pipeline>', 'its name')
    .argument('<resources...>', 'of the config, or of what is stored')
    .option('--state-only', 'cursors and own values alone; rows stay')
    .option('--tables-only', 'tables alone; cursors stay')
    .option('--dry-run', 'say what would go, and change nothing')
    .option('-y, --yes', "don't ask")
    .addHelpText(
      'after',
      '\nPause the pipeline first: a load that is under way starts over, and brings its rows into new tables.',
    )
    .action(
      run<DropOptions>(({ context, args: [pipeline = ''], words: resources, options }) =>
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
        }),
      ),
    );
};
