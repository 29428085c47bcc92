import { difference } from '../../../src/conformance';
import { isTidemarkError } from '../../../src/errors';
import {
  bindIncremental,
  type CursorState,
  type IncrementalOptions,
  type IncrementalOverride,
  incremental,
} from '../../../src/incremental';
import { dltErrorName } from '../dlt-errors';
import type { Kind } from '../kind';

type Key = string | readonly string[] | null;
type Flag = 'start_out_of_range' | 'end_out_of_range';

interface CursorOptions {
  readonly cursor_path?: string;
  readonly initial_value?: unknown;
  readonly end_value?: unknown;
  readonly last_value_func?: 'max' | 'min' | { readonly custom: string };
  readonly primary_key?: Key;
  readonly row_order?: 'asc' | 'desc';
  readonly range_start?: 'open' | 'closed';
  readonly range_end?: 'open' | 'closed';
  readonly on_cursor_value_missing?: 'raise' | 'include' | 'exclude';
  readonly lag?: number;
}

interface Input {
  readonly resource: { readonly name: string; readonly primary_key: Key; readonly stop_on?: Flag };
  readonly incremental: CursorOptions & { readonly cursor_path: string };
  readonly runs: readonly { readonly pages: readonly unknown[]; readonly override?: CursorOptions }[];
}

/** Consecutive runs of one resource: every page goes through the bound incremental before the next is asked for. */
export const kind: Kind = {
  name: 'incremental',
  run(input) {
    const given = input as Input;
    const definition = incremental({ cursor: given.incremental.cursor_path, ...options(given.incremental) });
    let stored: CursorState | undefined;
    const runs = given.runs.map((run) => {
      try {
        const bound = bindIncremental({
          definition,
          name: 'cursor',
          stored,
          override: run.override && options(run.override),
          range: { mode: 'interval', interval: null, now: '1970-01-01T00:00:00Z' },
          resourceKey: given.resource.primary_key ?? undefined,
          warn: () => undefined,
        });
        const pages: unknown[] = [];
        const flags: Record<Flag, boolean>[] = [];
        for (const page of run.pages) {
          pages.push(bound.accept(Array.isArray(page) ? page : [page]));
          const after = { start_out_of_range: bound.startOutOfRange, end_out_of_range: bound.endOutOfRange };
          flags.push(after);
          if (bound.closed || (given.resource.stop_on !== undefined && after[given.resource.stop_on])) break;
        }
        const { startValue, lastValue, endValue } = bound.exact;
        stored = bound.state() ?? stored;
        return {
          pages,
          pages_consumed: pages.length,
          start_value: startValue ?? null,
          last_value: lastValue ?? null,
          end_value: endValue ?? null,
          flags_after_each_page: flags,
          state: stored === undefined ? null : summary(stored),
        };
      } catch (error) {
        if (!isTidemarkError(error)) throw error;
        return { error: dltErrorName(error.code) };
      }
    });
    return { runs };
  },
  matches(actual, expected) {
    const { runs } = expected as { readonly runs: readonly Record<string, unknown>[] };
    return difference(actual, { runs: runs.map(({ meaning: _comment, ...run }) => run) });
  },
};

function summary(state: CursorState): unknown {
  const { initial_value, last_value, unique_hashes } = state;
  return { initial_value, last_value, unique_hashes: unique_hashes.length };
}

const NAMES = {
  initial_value: 'initialValue',
  end_value: 'endValue',
  primary_key: 'primaryKey',
  row_order: 'rowOrder',
  range_start: 'rangeStart',
  range_end: 'rangeEnd',
  on_cursor_value_missing: 'onCursorValueMissing',
  lag: 'lag',
} as const satisfies Partial<Record<keyof CursorOptions, keyof IncrementalOptions<unknown>>>;

/** The options that a case names, as a user writes them. */
function options(given: CursorOptions): IncrementalOverride & { readonly type?: never } {
  const named = Object.entries(NAMES)
    .filter(([dlt]) => Object.hasOwn(given, dlt))
    .map(([dlt, ours]) => [ours, given[dlt as keyof typeof NAMES]] as const);
  const func = given.last_value_func;
  return {
    ...Object.fromEntries(named.filter(([name, value]) => name !== 'primaryKey' || value !== null)),
    ...(func === undefined
      ? {}
      : { lastValueFunc: typeof func === 'string' ? func : customFunction(func.custom) }),
  };
}

interface GithubEvent {
  readonly type: string;
  readonly created_at: string;
}

const CUSTOM: Readonly<Record<string, (value: never, last: unknown) => unknown>> = {
  by_event_type({ type, created_at }: GithubEvent, last) {
    const latest = { ...(last as Record<string, string> | undefined) };
    const known = latest[type] ?? '1970-01-01T00:00:00Z';
    return { ...latest, [type]: created_at > known ? created_at : known };
  },
  abs_max: (value: number, last) =>
    last === undefined || Math.abs(value) >= Math.abs(last as number) ? value : last,
  longest_string(value: string, last) {
    const known = last as string | undefined;
    if (known === undefined || value.length !== known.length)
      return known === undefined || value.length > known.length ? value : known;
    return value > known ? value : known;
  },
};

function customFunction(name: string): (value: unknown, last: unknown) => unknown {
  const found = CUSTOM[name];
  if (found === undefined)
    throw new Error(`The case names the custom function "${name}", which isn't known.`);
  return (value, last) => found(value as never, last);
}
