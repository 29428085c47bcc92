import type { TemporalAccess, WatchOptions } from '../../temporal';
import { printDetached } from '../output/detached';
import { createProgress, type Progress } from '../output/progress';
import type { Terminal } from '../output/terminal';
import type { CliContext, GlobalOptions } from '../session/command';

/** A run or backfill that a command watches. */
export interface Watched {
  readonly context: CliContext;
  readonly access: TemporalAccess;
  readonly workflowId: string;
  readonly runId?: string | undefined;
  readonly options: GlobalOptions;
  /** Of its times. @default UTC */
  readonly zone?: string | undefined;
}

/**
 * Shows the progress of a run or backfill until it ends. Ctrl-C ends the watching, not the work: then it is said how to
 * watch it again, and there is no end.
 */
export async function watchToEnd<P, E>(
  { context, access, workflowId, runId, options, zone }: Watched,
  how: {
    readonly view: (
      terminal: Terminal,
      progress: Progress,
      options: { readonly zone?: string | undefined },
    ) => (state: P) => void;
    readonly awaitEnd: (options: WatchOptions<P>) => Promise<E | undefined>;
  },
): Promise<E | undefined> {
  const { terminal, interrupted: signal } = context;
  const progress = createProgress(terminal);
  const onProgress = how.view(terminal, progress, { zone });
  const end = await how
    .awaitEnd({ client: access.client, workflowId, runId, onProgress, signal })
    .finally(() => progress.end());
  if (end === undefined) printDetached(terminal, workflowId, options);
  return end;
}
