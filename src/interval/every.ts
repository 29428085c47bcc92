import { shown } from '../errors';
import { LONGEST_YEARS, YEAR_MS } from './duration';

/** A fixed period from the Unix epoch: ticks at `offsetSeconds`, and every `seconds` from there. */
export interface Every {
  readonly seconds: number;
  readonly offsetSeconds: number;
}

const SECONDS: Readonly<Record<string, number>> = {
  ns: 1e-9,
  us: 1e-6,
  µs: 1e-6,
  ms: 1e-3,
  s: 1,
  m: 60,
  h: 3600,
  d: 86_400,
};

/**
 * Reads `90m`, `1h30m`, `1.5h`, `1d` (24 hours), and with an offset `90m/15m`, as Temporal's server does after
 * `@every`; parts of a second are cut. A text that it doesn't take gives a sentence about what is wrong.
 */
export function parseEvery(text: string): Every | string {
  const [period = '', offset, ...more] = text.split('/');
  if (more.length > 0) return `"${shown(text)}" has two offsets`;
  const seconds = readSeconds(period);
  if (seconds === undefined) return `"${shown(period)}" is not a period such as 90m, 1h30m or 1d`;
  if (seconds * 1000 > LONGEST_YEARS * YEAR_MS)
    return `the period "${shown(period)}" is longer than ${LONGEST_YEARS} years`;
  if (seconds < 1) return `the period "${period}" is shorter than a second`;
  const offsetSeconds = offset === undefined || offset === '' ? 0 : readSeconds(offset);
  if (offsetSeconds === undefined) return `"${shown(offset)}" is not an offset such as 15m`;
  if (offsetSeconds >= seconds) return `the offset "${offset}" is not shorter than the period "${period}"`;
  return { seconds, offsetSeconds };
}

function readSeconds(text: string): number | undefined {
  if (text === '0') return 0;
  if (!/^(?:(?:\d+(?:\.\d*)?|\.\d+)(?:ns|us|µs|ms|s|m|h|d))+$/.test(text)) return undefined;
  let sum = 0;
  for (const [, count, unit] of text.matchAll(/(\d+(?:\.\d*)?|\.\d+)(ns|us|µs|ms|s|m|h|d)/g))
    sum += Number(count) * SECONDS[unit!]!;
  // 0.1 s ten times is a second, whatever doubles make of it.
  return Math.floor(Math.round(sum * 1e9) / 1e9);
}
