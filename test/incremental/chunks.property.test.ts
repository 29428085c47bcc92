import fc from 'fast-check';
import { type CursorState, type IncrementalOptions, incremental } from '../../src/incremental';
import { Timestamp, withoutUndefined } from '../../src/value';
import { bind, flags, row } from './bind-for-test';

interface Row {
  readonly id: number;
  readonly ts: unknown;
}

const untyped = (options: IncrementalOptions<unknown>) =>
  incremental(options as IncrementalOptions<unknown> & { readonly type?: never });

/** Pages of up to five rows. */
function paged(rows: readonly Row[]): Row[][] {
  return Array.from({ length: Math.ceil(rows.length / 5) }, (_, page) => rows.slice(page * 5, page * 5 + 5));
}

/** Ways in which a moment between 0 and 100 may be written, so that they order as the moments do. */
const FORMS: Record<string, (moment: number) => unknown> = {
  number: (moment) => 1_700_000_000 + moment,
  text: (moment) => new Date(1.7e12 + moment * 1000).toISOString(),
  'big integer': (moment) => 2n ** 60n + BigInt(moment),
  timestamp: (moment) => new Timestamp(BigInt(moment)),
};

describe('any split of a range into chunks', () => {
  const moments = fc.array(fc.integer({ min: 0, max: 100 }), { maxLength: 60 });
  const cuts = fc.uniqueArray(fc.integer({ min: 1, max: 99 }), { maxLength: 8 });

  test.each(Object.keys(FORMS))('passes each row exactly once, in any order of the chunks: %s', (form) => {
    const write = FORMS[form]!;
    fc.assert(
      fc.property(moments, cuts, fc.boolean(), fc.func(fc.nat()), (values, between, isMin, shuffle) => {
        const rows = values.map((moment, id) => ({ id, ts: write(moment) }));
        const borders = [0, ...between.sort((a, b) => a - b), 101];
        if (isMin)
          borders.reverse().forEach((border, at) => {
            borders[at] = border - 1;
          });
        const chunks = borders
          .slice(1)
          .map((end, at) => [borders[at]!, end] as const)
          .sort((a, b) => shuffle(a) - shuffle(b));
        const definition = untyped({ cursor: 'ts', lastValueFunc: isMin ? 'min' : 'max' });
        const passed = chunks.flatMap(([start, end]) => {
          const override = { initialValue: write(start), endValue: write(end) };
          const bound = bind(definition, { override });
          return paged(rows).flatMap((page) => bound.accept(page) as Row[]);
        });
        expect(passed.map(({ id }) => id).sort((a, b) => a - b)).toEqual(rows.map(({ id }) => id));
      }),
    );
  });
});

test('consecutive runs over a growing source that never writes into the past pass each row exactly once', () => {
  const steps = fc.array(fc.tuple(fc.integer({ min: 0, max: 2 }), fc.boolean()), { maxLength: 50 });
  fc.assert(
    fc.property(steps, fc.constantFrom('id', undefined), (made, resourceKey) => {
      const definition = untyped({ cursor: 'ts' });
      const source: Row[] = [];
      const passed: Row[] = [];
      let stored: CursorState | undefined;
      let now = 0;
      const load = () => {
        const bound = bind(definition, { stored, resourceKey });
        // The source answers from the start on, inclusive, as APIs do.
        const rows = source.filter(
          ({ ts }) => bound.startValue === undefined || Number(ts) >= Number(bound.startValue),
        );
        for (const page of paged(rows)) passed.push(...(bound.accept(page) as Row[]));
        stored = bound.state();
      };
      for (const [step, runs] of made) {
        now += step;
        source.push({ id: source.length, ts: now });
        if (runs) load();
      }
      load();
      load();
      expect(passed.map(({ id }) => id)).toEqual(source.map(({ id }) => id));
    }),
  );
});

describe('the quick way through the rules', () => {
  const optional = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined });
  const moment = fc.integer({ min: 0, max: 9 });
  const forms = fc.constantFrom<(value: number) => unknown>(
    (value) => value,
    (value) => `k${value}`,
    (value) => ['😀', '\uffff', '\ue000', 'z', 'é', 'b', 'a', '', '😀a', '\uffff😀'][value],
  );

  test('gives what the full rules give', () => {
    fc.assert(
      fc.property(
        forms,
        fc.array(fc.array(fc.tuple(fc.integer({ min: 0, max: 4 }), moment), { maxLength: 8 }), {
          maxLength: 5,
        }),
        fc.record({
          initialValue: optional(moment),
          length: optional(moment),
          lastValueFunc: fc.constantFrom<'max' | 'min'>('max', 'min'),
          rangeStart: fc.constantFrom<'open' | 'closed'>('open', 'closed'),
          rangeEnd: fc.constantFrom<'open' | 'closed'>('open', 'closed'),
          rowOrder: fc.constantFrom<'asc' | 'desc' | undefined>('asc', 'desc', undefined),
          stored: optional(moment),
        }),
        (write, pages, { initialValue, length, stored, rowOrder, ...rest }) => {
          const isRange = initialValue !== undefined && length !== undefined;
          const options = withoutUndefined({
            ...rest,
            initialValue: initialValue === undefined ? undefined : write(initialValue),
            endValue: isRange ? write(length) : undefined,
            rowOrder,
          });
          const state = { initial_value: null, last_value: write(stored ?? 0), unique_hashes: [] };
          const run = (cursor: string): unknown => {
            try {
              const bound = bind(untyped({ cursor, ...options }), {
                stored: stored === undefined ? undefined : state,
              });
              const outcome = pages.map((page) => [
                bound.accept(page.map(([id, value]) => row(id, write(value)))),
                flags(bound),
                bound.closed,
                bound.lastValue,
              ]);
              return [outcome, bound.state(), bound.seenRange];
            } catch (error) {
              return error instanceof Error ? error.message.replaceAll(cursor, 'ts') : error;
            }
          };
          // A path that selects is no plain field, so that every row takes the full rules.
          expect(run('ts')).toEqual(run("$['ts','ts']"));
        },
      ),
      { numRuns: 1000 },
    );
  });
});
