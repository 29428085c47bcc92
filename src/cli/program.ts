import { Command } from 'commander';
import { registerBackfill } from './commands/backfill';
import { registerCompletion } from './commands/completion';
import { registerConformance } from './commands/conformance';
import { registerControl } from './commands/control';
import { registerCopy } from './commands/copy';
import { registerDeploy } from './commands/deploy';
import { registerDev } from './commands/dev';
import { registerDoctor } from './commands/doctor';
import { registerDrop } from './commands/drop';
import { registerHelp } from './commands/help';
import { registerInit } from './commands/init';
import { registerIntervals } from './commands/intervals';
import { registerPreview } from './commands/preview';
import { registerQuery } from './commands/query';
import { registerRun } from './commands/run';
import { registerSchema } from './commands/schema';
import { registerShow } from './commands/show';
import { registerState } from './commands/state';
import { registerStatus } from './commands/status';
import { registerTrace } from './commands/trace';
import { registerUi } from './commands/ui';
import { registerValidate } from './commands/validate';
import { registerWorker } from './commands/worker';
import { addExamples } from './examples';
import type { Terminal } from './output/terminal';
import { packageVersion } from './package-root';
import type { RunAction } from './session/command';

/** In the order in which a user meets them. */
const COMMANDS = [
  registerInit,
  registerDev,
  registerUi,
  registerWorker,
  registerDeploy,
  registerRun,
  registerBackfill,
  registerPreview,
  registerStatus,
  registerIntervals,
  registerShow,
  registerTrace,
  registerControl,
  registerState,
  registerSchema,
  registerDrop,
  registerQuery,
  registerCopy,
  registerValidate,
  registerDoctor,
  registerConformance,
  registerCompletion,
  registerHelp,
];

/** The whole command line. Wrong use throws commander's error instead of ending the process. */
export function buildProgram(terminal: Terminal, run: RunAction): Command {
  const program = new Command('tidemark')
    .description('Incremental loading by data interval, on Temporal.')
    .version(packageVersion())
    .option('-c, --config <file>', 'the config file (default: temporal.config.ts, searched upwards)')
    .option('--json', 'print the result as JSON', false)
    .option('--verbose', 'show stacks and more of what is going on', false)
    .exitOverride()
    .configureHelp({ showGlobalOptions: true })
    .configureOutput({
      writeOut: (text) => terminal.out(text.trimEnd()),
      writeErr: (text) => terminal.err(text.trimEnd()),
      getOutHelpWidth: () => terminal.columns,
      getErrHelpWidth: () => terminal.columns,
    })
    .showHelpAfterError('(tidemark --help lists the commands, tidemark COMMAND --help their options)')
    .helpCommand(false);
  for (const register of COMMANDS) register(program, run);
  addExamples(program);
  return program;
}
