import type { GridView } from '../../../src/ui/api';
import { instantOf } from '../../lib/time';
import type { Range } from './layout';

/** A range of time as the address has it: UTC instants, the end exclusive. */
export interface AddressRange {
  readonly from: string | undefined;
  readonly to: string | undefined;
}

type Times = Pick<GridView, 'starts' | 'ends'>;

/** The time of some columns; nothing of none. */
export function addressOf({ starts, ends }: Times, columns: Range | undefined): AddressRange {
  const start = columns && starts[columns.first];
  const end = columns && ends[columns.last];
  if (start === undefined || end === undefined) return { from: undefined, to: undefined };
  return { from: instantOf(start), to: instantOf(end) };
}

/** The columns whose intervals lie in the time of an address, or in a part of it; undefined where none does, and for what is no time. */
export function columnsOfAddress({ starts, ends }: Times, { from, to }: AddressRange): Range | undefined {
  const [start, end] = [secondsOf(from), secondsOf(to)];
  if (start === undefined || end === undefined) return undefined;
  const first = ends.findIndex((one) => one > start);
  const last = starts.findLastIndex((one) => one < end);
  return first < 0 || last < first ? undefined : { first, last };
}

function secondsOf(instant: string | undefined): number | undefined {
  const ms = instant === undefined ? Number.NaN : Date.parse(instant);
  return Number.isNaN(ms) ? undefined : ms / 1000;
}
