import type { LedgerRow } from '../../ledger';
import type { Register } from '../command';
import { withDataset } from '../dataset';
import { typedRange } from '../dates';
import { checkResources, entryNamed, loadDeployment } from '../deployment';
import { type ResourceIntervals, readIntervals } from '../ledger-view';
import { collect } from '../options';
import { formatCount, formatInterval, plural, toJsonText } from '../output/format';
import { mark } from '../output/progress';
import { styleFor } from '../output/style';
import { renderTable } from '../output/table';
import type { Terminal } from '../output/terminal';
import { rerunCommand } from '../rerun-command';

interface IntervalsOptions {
  readonly from?: string;
  readonly to?: string;
  readonly resource?: readonly string[];
}

/** `tidemark intervals PIPELINE`: what was loaded for which interval, and what is missing and why. */
export const registerIntervals: Register = (program, run) => {
  program
    .command('intervals')
    .description('what was loaded for which interval, and what is missing')
    .argument('<pipeline>', 'its name')
    .option('--from <date>', 'only intervals that end after it')
    .option('--to <date>', 'only intervals that begin before it')
    .option('-r, --resource <name>', 'only this resource; may be given several times', collect)
    .action(
      run<IntervalsOptions>(async ({ context, args, options }) => {
        const entry = entryNamed(await loadDeployment(context, options), args[0]!);
        checkResources(entry, options.resource);
        const range = typedRange(entry, options);
        const resources = await withDataset(context, entry, (dataset) =>
          readIntervals({ entry, dataset, range, only: options.resource }),
        );
        if (options.json) return context.terminal.out(toJsonText({ pipeline: entry.name, resources }));
        for (const resource of resources) printResource(context.terminal, entry.name, resource);
        return undefined;
      }),
    );
};

function printResource(
  terminal: Terminal,
  pipeline: string,
  { resource, rows, gaps }: ResourceIntervals,
): void {
  const style = styleFor(terminal.colour);
  const loaded = rows.filter(({ status }) => status === 'loaded');
  const total = loaded.reduce((sum, row) => sum + row.rows, 0);
  terminal.out(`${style.bold(resource)}  ${plural(loaded.length, 'load')}, ${plural(total, 'row')}`);
  if (rows.length > 0)
    terminal.out(
      renderTable(
        terminal,
        ['interval', 'status', 'rows', 'load id', 'when', 'cause'],
        rows.map((row) => [
          formatInterval(intervalOf(row)),
          row.status,
          formatCount(row.rows),
          row.load_id ?? '',
          row.committed_at,
          row.error ?? '',
        ]),
      ),
    );
  for (const gap of gaps)
    terminal.out(
      `${mark(terminal, gap.cause === 'failed' ? 'failed' : 'skipped')} ${formatInterval(gap)} is missing: ${gap.cause}   ${style.dim(
        rerunCommand({ pipeline, interval: gap, resources: [resource] }),
      )}`,
    );
  terminal.out('');
}

function intervalOf(row: LedgerRow): { readonly start: string; readonly end: string } | undefined {
  const { interval_start: start, interval_end: end } = row;
  return start === null || end === null ? undefined : { start, end };
}
