import type { CopyProgress, CopyReport } from '../../operate';
import { formatCount, plural, toJsonText } from '../output/format';
import { createProgress, type Progress } from '../output/progress';
import { renderTable } from '../output/table';
import type { Terminal } from '../output/terminal';
import { withClient } from '../session/client';
import type { Action } from '../session/command';
import { namedDestination } from '../session/destination';

interface CopyCommandOptions {
  readonly to: string;
  readonly dryRun?: boolean;
}

/** What is under way is written over, what is done stays. */
function show(progress: Progress, { table, step, rows }: CopyProgress): void {
  const line = `${step === 'kept' ? 'there already' : step}  ${table}  ${plural(rows, 'row')}`;
  const isUnderWay = step === 'copying' || step === 'reading';
  if (!isUnderWay) progress.end();
  if (isUnderWay) progress.update(line);
  else progress.line(line);
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
    const report = await client
      .copy(pipeline, {
        to,
        dryRun: options.dryRun,
        signal: interrupted,
        onProgress: (at) => show(progress, at),
      })
      .finally(() => progress.end());
    if (options.json) terminal.out(toJsonText({ pipeline, ...report }));
    else printReport(terminal, report);
  });
