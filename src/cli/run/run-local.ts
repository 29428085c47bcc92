import { type LoadInfo, loadResources } from '../../pipeline';
import type { RunRequest } from '../../plan';
import type { Entry } from '../../run';
import type { Source } from '../../source';
import { Timestamp } from '../../value';
import { printFailures } from '../output/failure';
import { plural, toJsonText } from '../output/format';
import { createProgress } from '../output/progress';
import { type CliContext, EXIT, type ExitCode, type GlobalOptions } from '../session/command';
import { localRunTime } from './run-time';

/**
 * Loads in this process, without Temporal: the same interval, the same ledger. Ctrl-C cancels it; what was not
 * committed by then is not written.
 */
export async function runLocally(
  { terminal, interrupted }: CliContext,
  entry: Entry,
  request: RunRequest,
  options: GlobalOptions,
): Promise<ExitCode> {
  const now = new Date().toISOString();
  const { interval, note, loads, lookbackStart, firstStart } = localRunTime(entry, request, now);
  if (note !== undefined) terminal.err(note);
  if (!loads) return EXIT.done;
  const progress = createProgress(terminal);
  const infos: LoadInfo[] = [];
  try {
    for (const source of entry.sources()) {
      const resources = source.resourceNames.filter((name) => request.resources?.includes(name) ?? true);
      if (resources.length === 0) continue;
      const { info } = await loadResources(entry.pipeline, {
        source: bound(source, request.bind),
        resources,
        mode: entry.mode,
        parallel: entry.decompose.kind === 'parallel' ? entry.decompose.limit : 1,
        now: Timestamp.fromMillis(Date.parse(now)),
        ...(interval === undefined ? {} : { interval }),
        ...(lookbackStart === undefined ? {} : { lookbackStart }),
        ...(firstStart === undefined ? {} : { firstStart }),
        ...(request.fullRefresh === true ? { fullRefresh: true } : {}),
        ...(request.replace === true ? { replaceSlice: true } : {}),
        signal: interrupted,
        onProgress: ({ resource, rows }) => progress.update(`  · ${resource}  ${plural(rows, 'row')}`),
      });
      infos.push(info);
    }
  } finally {
    progress.end();
  }
  if (options.json) terminal.out(toJsonText(infos));
  else for (const info of infos) terminal.out(String(info));
  const failures = infos.flatMap((info) =>
    info.resources.flatMap(({ error }) =>
      error === undefined ? [] : [{ ...error, interval: interval ?? null }],
    ),
  );
  printFailures(terminal, failures, {
    pipeline: entry.name,
    flags: ['--local'],
    ...(options.config === undefined ? {} : { config: options.config }),
  });
  return failures.length === 0 ? EXIT.done : EXIT.failed;
}

/** The bindings of the command line on the resources of this source; those of other sources are theirs. */
function bound(source: Source, bindings: RunRequest['bind'] = {}): Source {
  const own = Object.entries(bindings).filter(([resource]) => source.allResourceNames.includes(resource));
  return own.length === 0 ? source : source.bind(Object.fromEntries(own));
}
