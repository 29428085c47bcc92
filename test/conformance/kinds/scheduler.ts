import { isTidemarkError } from '../../../src/errors';
import {
  bindIncremental,
  type CursorType,
  type IncrementalDefinition,
  type IncrementalOptions,
  incremental,
} from '../../../src/incremental';
import type { Interval, RunRange } from '../../../src/interval';
import { dltErrorName } from '../dlt-errors';
import type { Kind } from '../kind';

interface Input {
  readonly type: 'int' | 'float' | 'str' | 'date' | 'datetime' | null;
  readonly initial_value: unknown;
  readonly end_value: unknown;
  readonly last_value_func: 'max' | 'min';
  readonly allow_external_schedulers: boolean;
  readonly interval: { readonly start: string; readonly end: string | null } | null;
  readonly now: string;
  readonly env?: { readonly DLT_START_VALUE?: string; readonly DLT_END_VALUE?: string };
  readonly prior_values?: readonly unknown[];
  readonly cursor_values?: readonly unknown[];
}

const OPEN_END = '9999-12-31T00:00:00Z';

const TYPES = { int: 'unix', float: 'unixFloat', str: 'iso', date: 'date', datetime: 'datetime' } as const;

/** An earlier run without a scheduler, if there was one; then the run that the interval or the environment joins. */
export const kind: Kind = {
  name: 'scheduler',
  run(input) {
    const given = input as Input;
    const definition = define(given);
    const bind = {
      definition,
      name: 'cursor',
      resourceKey: 'id',
      warn: () => undefined,
    };
    const rangeOf = (interval: Interval | null): RunRange => ({ mode: 'interval', interval, now: given.now });
    try {
      const prior =
        given.prior_values && bindIncremental({ ...bind, stored: undefined, range: rangeOf(null) });
      prior?.accept(rows(given.prior_values ?? []));
      const bound = bindIncremental({
        ...bind,
        stored: prior?.state(),
        // an end that is open lies beyond any now
        range: rangeOf(given.interval && { ...given.interval, end: given.interval.end ?? OPEN_END }),
        env: given.env,
      });
      const accepted = given.cursor_values && bound.accept(rows(given.cursor_values));
      return {
        initial_value: bound.exact.initialValue ?? null,
        end_value: bound.exact.endValue ?? null,
        stateless: bound.stateless,
        start_value: bound.exact.startValue ?? null,
        ...(accepted === undefined
          ? {}
          : { accepted: accepted.map((row) => (row as { readonly ts: unknown }).ts) }),
      };
    } catch (error) {
      if (!isTidemarkError(error)) throw error;
      return { error: dltErrorName(error.code) };
    }
  },
};

function define(given: Input): IncrementalDefinition {
  const options: IncrementalOptions<unknown> = {
    cursor: 'ts',
    initialValue: given.initial_value,
    endValue: given.end_value,
    lastValueFunc: given.last_value_func,
    allowExternalSchedulers: given.allow_external_schedulers,
  };
  if (given.type === null)
    return incremental(options as IncrementalOptions<unknown> & { readonly type?: never });
  // A case may pair a type with an initial value of another, which the compiler refuses.
  return incremental({ ...options, type: TYPES[given.type] } as IncrementalOptions<never> & {
    readonly type: CursorType;
  });
}

function rows(values: readonly unknown[]): unknown[] {
  return values.map((ts, id) => ({ id, ts }));
}
