import type { CopyProgress } from '../../operate';
import { plural } from './format';
import type { Progress } from './progress';
import { formatLeft, formatRate, rateMeter } from './rate';

/**
 * Shows how far a copy is: what is under way is written over, with its rate and the time left; what is done stays.
 * @param total rows of all tables; each is copied and then read again to be compared. @default unknown
 */
export function copyProgressView(
  progress: Progress,
  total?: number,
  now: () => number = Date.now,
): (at: CopyProgress) => void {
  const meter = rateMeter(now);
  const seen = new Map<string, number>();
  let all = 0;
  return ({ table, step, rows }) => {
    const way = `${step === 'compared' || step === 'reading' ? 'read' : 'copied'} ${table}`;
    all += Math.max(0, rows - (seen.get(way) ?? 0));
    seen.set(way, rows);
    const rate = meter.at(all);
    const line = `${step === 'kept' ? 'there already' : step}  ${table}  ${plural(rows, 'row')}`;
    if (step !== 'copying' && step !== 'reading') {
      progress.end();
      progress.line(line);
      return;
    }
    const left = total === undefined ? '' : formatLeft(2 * total - all, rate);
    progress.update(`${line}${formatRate(rate)}${left}`);
  };
}
