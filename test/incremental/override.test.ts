import { incremental } from '../../src/incremental';
import { at, bind, onTs, row } from './bind-for-test';

const stored = { initial_value: 1, last_value: 5, unique_hashes: [] };

describe('an override', () => {
  test('changes the fields that it names and no other', () => {
    const definition = onTs({
      lastValueFunc: 'min',
      initialValue: 9,
      rangeEnd: 'closed',
      primaryKey: 'other',
    });
    const bound = bind(definition, { override: { endValue: 3 } });
    expect([bound.func, bound.initialValue, bound.endValue, bound.stateless]).toEqual(['min', 9, 3, true]);
    expect(bound.accept([row(1, 3)])).toHaveLength(1);
  });

  test('that names a field as undefined leaves it alone; null clears a bound', () => {
    const definition = onTs({ initialValue: 1, endValue: 3 });
    expect(bind(definition, { override: { initialValue: 2, endValue: undefined } }).endValue).toBe(3);
    const open = bind(definition, { override: { endValue: null }, stored });
    expect([open.endValue, open.stateless, open.startValue]).toEqual([undefined, false, 5]);
  });

  test('lasts for one run', () => {
    const definition = onTs({ initialValue: 1 });
    bind(definition, { override: { initialValue: 3, endValue: 4 } });
    expect(bind(definition, { stored }).startValue).toBe(5);
  });

  test('keeps the declared type, so its bounds are coerced too', () => {
    const definition = incremental({ cursor: 'ts', type: 'unix', initialValue: 0 });
    const override = {
      initialValue: new Date('2024-01-01T00:00:00Z'),
      endValue: at('2024-01-01T00:00:10.5Z'),
    };
    const bound = bind(definition, { override });
    expect([bound.startValue, bound.endValue]).toEqual([1704067200, 1704067210]);
  });

  test('is checked as options are', () => {
    expect(() => bind(onTs(), { override: { rowOrder: 'up' as 'asc' } })).toThrow(
      /"up" is not a valid rowOrder/,
    );
  });
});

describe('a range', () => {
  test('with an end needs a start', () => {
    expect(() => bind(onTs({ endValue: 3 }))).toThrow(
      expect.objectContaining({
        code: 'INCREMENTAL_INVALID',
        message: expect.stringContaining('no initialValue'),
      }),
    );
  });

  test('must not end before it starts, which for min is the other way round', () => {
    expect(() => bind(onTs({ initialValue: 4, endValue: 3 }))).toThrow(/"3".*before.*"4".*at or above/);
    expect(() => bind(onTs({ initialValue: 3, endValue: 4, lastValueFunc: 'min' }))).toThrow(/at or below/);
  });

  test('says whether it is empty', () => {
    const empty = (options: object): boolean => bind(onTs(options)).emptyRange;
    expect(empty({ initialValue: 3, endValue: 3 })).toBe(true);
    expect(empty({ initialValue: 3, endValue: 3, rangeEnd: 'closed' })).toBe(false);
    expect(empty({ initialValue: 3, endValue: 4 })).toBe(false);
    expect(empty({ initialValue: 3 })).toBe(false);
  });

  test('of values that cannot be compared fails with the values', () => {
    expect(() => bind(onTs({ initialValue: 3, endValue: '4' }))).toThrow(
      expect.objectContaining({ code: 'CURSOR_COERCION' }),
    );
  });
});

test('several incrementals of a resource are independent of each other', () => {
  const created = bind(onTs({ initialValue: 3 }));
  const updated = bind(incremental({ cursor: 'updated', initialValue: 10 }));
  const rows = [
    { id: 1, ts: 2, updated: 20 },
    { id: 2, ts: 4, updated: 9 },
    { id: 3, ts: 5, updated: 11 },
  ];
  expect(updated.accept(created.accept(rows))).toEqual([rows[2]]);
  expect([created.lastValue, updated.lastValue]).toEqual([5, 11]);
});
