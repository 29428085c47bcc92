import type { Terminal } from './output/terminal';

/** What every command gets: where it writes, where it was called, and the person's wish to stop. */
export interface CliContext {
  readonly terminal: Terminal;
  readonly cwd: string;
  /** Aborted at Ctrl-C or a terminate signal: a run detaches, a worker stops gracefully. */
  readonly interrupted: AbortSignal;
}

/** The options that every command takes, wherever they stand in the command line. */
export interface GlobalOptions {
  readonly config?: string;
  readonly json: boolean;
  readonly verbose: boolean;
}
