import { formatInstant, instantMs, parseCron, ticks } from '../../../src/interval';
import type { Kind } from '../kind';

interface CronInput {
  readonly cron: string;
  readonly timezone: string;
  readonly from: string;
  readonly to: string;
}

/** Every tick after `from`, up to and including `to`. */
export const kind: Kind = {
  name: 'cron',
  run(input) {
    const { cron, timezone, from, to } = input as CronInput;
    const range = { after: instantMs(from), upTo: instantMs(to) };
    return { ticks: [...ticks(parseCron(cron, timezone), range)].map(formatInstant) };
  },
};
