import { TidemarkError } from '../../src/errors';
import { formatInstant, type Interval } from '../../src/interval';
import { intervalAt } from '../../src/operate/interval-detail';
import type { Entry } from '../../src/run';
import type { ZendeskEmulator } from '../zendesk-emulator';

const FLAG = '--fail-day';

/**
 * The interval of the day that `--fail-day YYYY-MM-DD` or `--fail-day=YYYY-MM-DD` names; undefined without it.
 * @throws USAGE for no date, and for a day that no interval of the pipeline has
 */
export function failingOf(entry: Entry, args: readonly string[]): Interval | undefined {
  const at = args.findIndex((arg) => arg === FLAG || arg.startsWith(`${FLAG}=`));
  if (at === -1) return undefined;
  const text = args[at]!.includes('=') ? args[at]!.slice(FLAG.length + 1) : (args[at + 1] ?? '');
  const ms = Date.parse(`${text}T00:00:00Z`);
  if (/^\d{4}-\d{2}-\d{2}$/.test(text) && formatDay(ms) === text) return intervalAt(entry, text);
  throw new TidemarkError('USAGE', `${FLAG} "${text}" is not a date; write it as 2023-05-10.`);
}

const formatDay = (ms: number): string => (Number.isNaN(ms) ? '' : formatInstant(ms).slice(0, 10));

/** Makes the API refuse what it has of an interval, until its faults are set anew. */
export function failInterval(interval: Interval, emulator: ZendeskEmulator): void {
  const seconds = (instant: string): number => Date.parse(instant) / 1000;
  emulator.setFaults({ failsDuring: { from: seconds(interval.start), to: seconds(interval.end) } });
}
