import type { BackfillProgress } from '../../contracts';
import { awaitBackfill, type BackfillEnd } from '../../temporal';
import { backfillProgressView } from '../output/backfill-progress';
import { type Failure, printFailures } from '../output/failure';
import { plural, toJsonText } from '../output/format';
import { timesIn } from '../output/times';
import { EXIT, type ExitCode } from '../session/command';
import { type Watched, watchToEnd } from './watch-to-end';

/** Shows the progress of a backfill or catch-up until it ends. Ctrl-C ends the watching, not the backfill. */
export async function followBackfill(
  call: Omit<Watched, 'runId'> & {
    readonly pipeline: string;
  },
): Promise<ExitCode> {
  const { options, pipeline, zone } = call;
  const { terminal } = call.context;
  const end = await watchToEnd(call, { view: backfillProgressView, awaitEnd: awaitBackfill });
  if (end === undefined) return EXIT.done;
  if (options.json) terminal.out(toJsonText(end));
  else if (end.result !== undefined) terminal.out(summaryOf(end.result, zone));
  if (end.status === 'completed') return EXIT.done;
  printFailures(terminal, failuresOf(end), { pipeline, zone, config: options.config });
  return EXIT.failed;
}

/** One line for each thing a backfill did. */
function summaryOf(end: BackfillProgress, zone: string | undefined): string {
  const { pipeline, range, total, loaded, failed, cancelled, elsewhere, rows, leftOut } = end;
  const where = `${pipeline} ${timesIn(zone).interval({ start: range.from, end: range.to })}`;
  if (total === 0) return `${where}: nothing is missing, nothing was loaded`;
  const parts = [`${plural(loaded, 'interval')} loaded, ${plural(rows, 'row')}`];
  if (failed > 0) parts.push(`${failed} failed`);
  if (cancelled > 0) parts.push(`${cancelled} cancelled`);
  if (elsewhere > 0) parts.push(`${elsewhere} under way in another run`);
  if (leftOut.length > 0) parts.push(`left to live runs: ${leftOut.join(', ')}`);
  return `${where}: ${parts.join(', ')}`;
}

function failuresOf({ result, error, status }: BackfillEnd): readonly Failure[] {
  if (result !== undefined && result.failures.length > 0)
    return result.failures.map(({ interval, code, message }) => ({ interval, code, message }));
  const interval = result === undefined ? null : { start: result.range.from, end: result.range.to };
  return [
    { interval, code: error?.code ?? 'RUN_FAILED', message: error?.message ?? `The backfill is ${status}.` },
  ];
}
