import {
  type BindOptions,
  type BoundIncremental,
  bindIncremental,
  type IncrementalDefinition,
  type IncrementalOptions,
  incremental,
} from '../../src/incremental';
import type { Interval, RunRange } from '../../src/interval';
import { Timestamp } from '../../src/value';

export const at = (text: string): Timestamp => Timestamp.fromMillis(Date.parse(text));

export interface BindForTest<T> extends Partial<Omit<BindOptions<T>, 'range'>> {
  /** The data interval. @default none, as without a scheduler */
  readonly interval?: Interval | undefined;
  readonly range?: Partial<RunRange>;
}

/** Binds a definition as a run without scheduler would, with the given exceptions. */
export function bind<T>(
  definition: IncrementalDefinition<T>,
  { interval, range, ...options }: BindForTest<T> = {},
): BoundIncremental<T> {
  return bindIncremental<T>({
    definition,
    name: 'cursor',
    stored: undefined,
    range: { mode: 'interval', interval: interval ?? null, now: '2024-06-01T00:00:00Z', ...range },
    resourceKey: 'id',
    warn: (message) => {
      throw new Error(`not expected: ${message}`);
    },
    ...options,
  });
}

/** A cursor on `ts` without a declared type. */
export function onTs(
  options: Omit<IncrementalOptions<unknown>, 'cursor' | 'type'> = {},
): IncrementalDefinition<unknown> {
  return incremental<unknown>({ cursor: 'ts', ...options });
}

/** The flags as a text: S start, E end, - neither. */
export function flags(bound: BoundIncremental): string {
  return bound.startOutOfRange ? 'S' : bound.endOutOfRange ? 'E' : '-';
}

export const row = (id: unknown, ts: unknown): { id: unknown; ts: unknown } => ({ id, ts });
