import type { LoadIntervalInput } from '../../contracts';
import { releaseIdleFiles } from '../../destination';
import { TidemarkError } from '../../errors';
import { waitingFor } from '../../pipeline';
import { zoneOf } from '../../plan';
import { type Entry, executeRun, type LocalRun } from '../../run';
import { failuresOfRun, printFailures } from '../output/failure';
import { toJsonText } from '../output/format';
import { createProgress } from '../output/progress';
import { localProgressView, retryLine } from '../output/run-progress';
import { renderTimings } from '../output/trace';
import { type CliContext, EXIT, type ExitCode, type GlobalOptions } from '../session/command';

/** A run in this process. */
interface LocalCall {
  readonly context: CliContext;
  readonly entry: Entry;
  readonly run: LoadIntervalInput;
  readonly options: GlobalOptions & { readonly trace?: boolean };
}

/**
 * Loads in this process, without Temporal: the same plan with a loop in place of the server. Ctrl-C cancels it; what was
 * not committed by then is not written. Prints its progress, and nothing of its end.
 * @throws CANCELLED, and what planning throws
 */
export async function loadLocally({
  context: { terminal, interrupted },
  entry,
  run,
}: Omit<LocalCall, 'options'>): Promise<LocalRun> {
  const progress = createProgress(terminal);
  const show = localProgressView(progress);
  const local = await executeRun({
    entry,
    run,
    signal: interrupted,
    access: { onLockWait: (held) => progress.line(waitingFor(held)) },
    onPlan: ({ note }) => note !== undefined && progress.line(note),
    onAttempt: (task, change) => {
      const line = retryLine(task, change);
      if (line !== undefined) progress.line(line);
    },
    onProgress: show,
  }).finally(() => {
    progress.end();
    releaseIdleFiles();
  });
  throwIfCancelled(local.result, interrupted.reason);
  return local;
}

/** As {@link loadLocally}, and prints what became of it. */
export async function runLocally(call: LocalCall): Promise<ExitCode> {
  const { context, entry, run, options } = call;
  const { terminal } = context;
  const { result, infos, causes } = await loadLocally(call);
  if (options.json) terminal.out(toJsonText(infos));
  else for (const info of infos) terminal.out(String(info));
  if (options.trace === true && !options.json)
    for (const { resources } of infos) terminal.out(`\n${renderTimings(terminal, resources)}`);
  const failures = failuresOfRun(result, causes);
  printFailures(terminal, failures, {
    ...result.options,
    pipeline: run.pipeline,
    zone: zoneOf(entry).name,
    config: options.config,
    local: true,
    verbose: options.verbose,
  });
  return failures.length === 0 ? EXIT.done : EXIT.failed;
}

function throwIfCancelled({ outcomes }: LocalRun['result'], cause: unknown): void {
  const cancelled = outcomes.find(({ status }) => status === 'cancelled');
  if (cancelled === undefined) return;
  const loaded = outcomes.filter(({ status }) => status === 'loaded').map(({ resource }) => resource);
  const kept = loaded.length === 0 ? '' : ` Loaded before: ${loaded.join(', ')}.`;
  throw new TidemarkError(
    'CANCELLED',
    `The run was cancelled before the commit of "${cancelled.resource}"; nothing of it was written.${kept}`,
    { cause, details: { resource: cancelled.resource, loaded } },
  );
}
