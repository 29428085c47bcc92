import { TidemarkError } from '../../src/errors';
import { formatInstant, type Interval } from '../../src/interval';
import { intervalAt } from '../../src/operate/interval-detail';
import type { Entry } from '../../src/run';
import type { ZendeskEmulator } from '../zendesk-emulator';

const FLAG = '--fail-day';

/** The day that `--fail-day YYYY-MM-DD` or `--fail-day=YYYY-MM-DD` names; undefined without it. @throws USAGE for no date */
export function failDayOf(args: readonly string[]): string | undefined {
  const at = args.findIndex((arg) => arg === FLAG || arg.startsWith(`${FLAG}=`));
  if (at === -1) return undefined;
  const text = args[at]!.includes('=') ? args[at]!.slice(FLAG.length + 1) : (args[at + 1] ?? '');
  const ms = Date.parse(`${text}T00:00:00Z`);
  if (/^\d{4}-\d{2}-\d{2}$/.test(text) && formatDay(ms) === text) return text;
  throw new TidemarkError('USAGE', `${FLAG} "${text}" is not a date; write it as 2023-05-10.`);
}

const formatDay = (ms: number): string => (Number.isNaN(ms) ? '' : formatInstant(ms).slice(0, 10));

/**
 * Makes the API refuse what it has of the interval that a day lies in, until its faults are set anew.
 * @returns the interval
 * @throws USAGE for a day that no interval of the pipeline has
 */
export function failIntervalOf(entry: Entry, day: string, emulator: ZendeskEmulator): Interval {
  const interval = intervalAt(entry, day);
  const seconds = (instant: string): number => Date.parse(instant) / 1000;
  emulator.setFaults({ failsDuring: { from: seconds(interval.start), to: seconds(interval.end) } });
  return interval;
}
