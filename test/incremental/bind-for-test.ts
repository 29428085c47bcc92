import {
  type BindOptions,
  type BoundIncremental,
  bindIncremental,
  type IncrementalDefinition,
  type IncrementalOptions,
  incremental,
} from '../../src/incremental';
import { Timestamp } from '../../src/value';

export const at = (text: string): Timestamp => Timestamp.fromMillis(Date.parse(text));

/** Binds a definition as a run without scheduler would, with the given exceptions. */
export function bind<T>(
  definition: IncrementalDefinition<T>,
  options: Partial<BindOptions<T>> = {},
): BoundIncremental<T> {
  return bindIncremental<T>({
    definition,
    name: 'cursor',
    stored: undefined,
    context: undefined,
    resourceKey: 'id',
    now: at('2024-06-01T00:00:00Z'),
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
