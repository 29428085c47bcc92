import type { Destination } from '../../destination';
import type { CopyReport, TidemarkClient } from '../../operate';
import { copyProgressView } from '../output/copy-progress';
import { formatCount, plural, toJsonText } from '../output/format';
import { createProgress } from '../output/progress';
import { renderTable } from '../output/table';
import type { Terminal } from '../output/terminal';
import { withClient } from '../session/client';
import type { Action } from '../session/command';
import { namedDestination } from '../session/destination';

interface CopyCommandOptions {
  readonly to: string;
  readonly dryRun?: boolean;
}

/** The rows of all tables that a copy brings. */
async function rowsOf(client: TidemarkClient, pipeline: string, to: Destination): Promise<number> {
  const { tables, records } = await client.copy(pipeline, { to, dryRun: true });
  return [...tables, ...records].reduce((sum, { rows }) => sum + rows, 0);
}

const OUTCOMES = {
  copied: 'copied',
  kept: 'there already',
  there: 'there already',
  planned: 'to be copied',
} as const;

function printReport(terminal: Terminal, report: CopyReport): void {
  const { dataset, from, to, tables, records, others, pipelines, claims } = report;
  terminal.out(
    renderTable(
      terminal,
      ['table', 'rows', ''],
      [...tables, ...records].map(({ table, rows, outcome }) => [
        table,
        formatCount(rows),
        OUTCOMES[outcome],
      ]),
    ),
  );
  if (others.length > 0) terminal.err(`Not copied, since no load made them: ${others.join(', ')}.`);
  if (claims > 0)
    terminal.err(
      `${plural(claims, 'load')} in "${from}" may be under way: what it commits there now is not in the copy.`,
    );
  if (report.status === 'planned') {
    terminal.out(`The dataset "${dataset}" would be copied from "${from}" to "${to}"; nothing was written.`);
    return;
  }
  const what = report.status === 'there' ? 'was copied before, and is' : 'is';
  terminal.out(
    `The dataset "${dataset}" of "${from}" ${what} in "${to}", compared row by row. ${next(pipelines)}`,
  );
}

function next(pipelines: readonly string[]): string {
  const names = pipelines.map((name) => `"${name}"`).join(', ');
  return pipelines.length === 0
    ? 'Give its pipelines that destination in the config.'
    : `Give that destination in the config to all that load into it: ${names}.`;
}

export const copy: Action<CopyCommandOptions> = ({ context, args: [pipeline = ''], options }) =>
  withClient(context, options, async (client) => {
    const { terminal, cwd, interrupted } = context;
    client.entry(pipeline);
    const to = await namedDestination(options.to, cwd);
    const progress = createProgress(terminal);
    // only who watches sees how much is left: for them the rows are counted first
    const total = terminal.interactive && !options.dryRun ? await rowsOf(client, pipeline, to) : undefined;
    const report = await client
      .copy(pipeline, {
        to,
        dryRun: options.dryRun,
        signal: interrupted,
        onProgress: copyProgressView(progress, total),
      })
      .finally(() => progress.end());
    if (options.json) terminal.out(toJsonText({ pipeline, ...report }));
    else printReport(terminal, report);
  });
