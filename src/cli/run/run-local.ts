import type { LoadIntervalInput } from '../../contracts';
import { releaseIdleFiles } from '../../destination';
import { TidemarkError } from '../../errors';
import { waitingFor } from '../../pipeline';
import { zoneOf } from '../../plan';
import { type Entry, executeRun, type LocalRun } from '../../run';
import { failuresOfRun, printFailures } from '../output/failure';
import { plural, toJsonText } from '../output/format';
import { createProgress } from '../output/progress';
import { retryLine } from '../output/run-progress';
import { renderTimings } from '../output/trace';
import { type CliContext, EXIT, type ExitCode, type GlobalOptions } from '../session/command';

/**
 * Loads in this process, without Temporal: the same plan with a loop in place of the server. Ctrl-C cancels it; what was
 * not committed by then is not written.
 * @throws CANCELLED, and what planning throws
 */
export async function runLocally(
  { terminal, interrupted }: CliContext,
  entry: Entry,
  run: LoadIntervalInput,
  options: GlobalOptions & { readonly trace?: boolean },
): Promise<ExitCode> {
  const progress = createProgress(terminal);
  const { result, infos, causes } = await executeRun({
    entry,
    run,
    signal: interrupted,
    access: { onLockWait: (held) => progress.line(waitingFor(held)) },
    onPlan: ({ note }) => note !== undefined && progress.line(note),
    onAttempt: (task, change) => {
      const line = retryLine(task, change);
      if (line !== undefined) progress.line(line);
    },
    onProgress: ({ resource, rows }) => progress.update(`  · ${resource}  ${plural(rows, 'row')}`),
  }).finally(() => {
    progress.end();
    releaseIdleFiles();
  });
  throwIfCancelled(result, interrupted.reason);
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
