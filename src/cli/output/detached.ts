import { shellCommand } from '../../operate';
import type { GlobalOptions } from '../session/command';
import type { Terminal } from './terminal';

/** Says that the work goes on without this command, and how to watch it again. */
export function printDetached(
  terminal: Terminal,
  workflowId: string,
  options: Pick<GlobalOptions, 'config'>,
): void {
  const config = options.config === undefined ? [] : ['--config', options.config];
  terminal.err(
    `Not waiting any longer: it goes on as long as a worker runs (tidemark dev, tidemark worker).`,
  );
  terminal.err(`watch again:  ${shellCommand(['tidemark', 'show', workflowId, ...config])}`);
}
