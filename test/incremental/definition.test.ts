import { DateTime } from 'luxon';
import { isTidemarkError } from '../../src/errors';
import {
  type BoundIncremental,
  type Incremental,
  type IncrementalDefinition,
  incremental,
  isIncrementalDefinition,
} from '../../src/incremental';
import { PlainDate } from '../../src/value';
import { bind } from './bind-for-test';

type Value<D> = D extends IncrementalDefinition<infer T> ? T : never;
type Same<A, B> = (<X>() => X extends A ? 1 : 2) extends <X>() => X extends B ? 1 : 2 ? true : false;
const same = <A, B>(verdict: Same<A, B>): void => expect(verdict).toBe(true);

function codeOf(call: () => unknown): string {
  try {
    call();
  } catch (error) {
    return isTidemarkError(error) ? `${error.code}: ${error.message}` : String(error);
  }
  return 'nothing was thrown';
}

describe('a definition', () => {
  test.each(['initialValue', 'startValue', 'lastValue', 'endValue', 'startOutOfRange', 'endOutOfRange'])(
    'has no %s: reading it says that it is unbound, and the cure',
    (property) => {
      const definition = incremental({ cursor: 'ts', initialValue: 1 });
      const message = codeOf(() => Reflect.get(definition, property));
      expect(message).toMatch(/^INCREMENTAL_UNBOUND: /);
      expect(message).toContain(`"${property}"`);
      expect(message).toContain('extract');
    },
  );

  test('is recognised, and a bound incremental is not one', () => {
    const definition = incremental({ cursor: 'ts' });
    expect(isIncrementalDefinition(definition)).toBe(true);
    expect(isIncrementalDefinition(bind(definition))).toBe(false);
    expect([null, undefined, 'ts', {}].some(isIncrementalDefinition)).toBe(false);
  });

  test('can be printed and serialized', () => {
    const definition = incremental({ cursor: 'ts', initialValue: 1 });
    expect(JSON.stringify(definition)).toBe('{"options":{"cursor":"ts","initialValue":1}}');
  });

  test.each([Math.max, Math.min])('refuses %p as lastValueFunc and names the text to write', (func) => {
    const message = codeOf(() => incremental<number>({ cursor: 'ts', lastValueFunc: func }));
    expect(message).toMatch(/^INCREMENTAL_INVALID: /);
    expect(message).toContain(`lastValueFunc: '${func.name}'`);
  });

  test.each<[object, RegExp]>([
    [{ cursor: '' }, /INCREMENTAL_INVALID.*field name or a JSONPath/],
    [{ cursor: 'items[*' }, /CURSOR_PATH_INVALID.*"items\[\*"/],
    [{ cursor: 'ts', type: 'int' }, /INCREMENTAL_INVALID.*"int".*'unix'/],
    [{ cursor: 'ts', rowOrder: 'up' }, /INCREMENTAL_INVALID.*"up".*'asc', 'desc'/],
    [{ cursor: 'ts', rangeStart: 'half' }, /INCREMENTAL_INVALID.*rangeStart/],
    [{ cursor: 'ts', lag: -1 }, /INCREMENTAL_INVALID.*"-1" is not a valid lag/],
    [{ cursor: 'ts', lastValueFunc: 'maximum' }, /INCREMENTAL_INVALID.*'max', 'min'/],
    [{ cursor: 'ts', onCursorValueMissing: 'skip' }, /INCREMENTAL_INVALID.*'exclude'/],
  ])('refuses %p', (options, message) => {
    expect(codeOf(() => incremental(options as { cursor: string }))).toMatch(message);
  });
});

test('the type of a cursor carries to its values', () => {
  const unix = incremental({ cursor: 'ts', type: 'unix', initialValue: 0 });
  same<Value<typeof unix>, number>(true);
  const unstarted = incremental({ cursor: 'ts', type: 'iso' });
  same<Value<typeof unstarted>, string | undefined>(true);
  const datetime = incremental({ cursor: 'ts', type: 'datetime', initialValue: '2024-01-01' });
  same<Value<typeof datetime>, DateTime>(true);
  const date = incremental({ cursor: 'ts', type: 'date', initialValue: '2024-01-01' });
  same<Value<typeof date>, PlainDate>(true);
  const told = incremental({ cursor: 'ts', initialValue: 'k0001' });
  same<Value<typeof told>, string>(true);
  const named = incremental<number>({ cursor: 'ts' });
  same<Value<typeof named>, number | undefined>(true);
  const byType = incremental({
    cursor: '$',
    lastValueFunc: (event: { type: string; at: string }, last?: Record<string, string>) => ({
      ...last,
      [event.type]: event.at,
    }),
  });
  same<Value<typeof byType>, { [type: string]: string } | undefined>(true);
  // @ts-expect-error a number is not ISO text
  expect(() => bind(incremental({ cursor: 'ts', type: 'iso', initialValue: 5 }))).toThrow(/type 'iso'/);
});

test('an author reads values of the declared type', () => {
  const bound = bind(incremental({ cursor: 'ts', type: 'datetime', initialValue: '2024-01-01T00:00:00Z' }));
  const live: Incremental<DateTime> = bound;
  const engine: BoundIncremental<DateTime> = bound;
  expect(live.startValue.plus({ hours: 1 }).toISO()).toBe('2024-01-01T01:00:00.000Z');
  expect(DateTime.isDateTime(engine.lastValue)).toBe(true);
  expect(bind(incremental({ cursor: 'ts', type: 'date', initialValue: '2024-01-01' })).startValue).toEqual(
    new PlainDate('2024-01-01'),
  );
});
