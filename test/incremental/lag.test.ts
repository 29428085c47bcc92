import { type IncrementalOptions, incremental } from '../../src/incremental';
import { PlainDate } from '../../src/value';
import { at, bind, onTs } from './bind-for-test';

function startAfter(last: unknown, lag: number, options: Partial<IncrementalOptions<unknown>> = {}): unknown {
  const stored = { initial_value: null, last_value: last, unique_hashes: [] };
  const { type: _, ...untyped } = options;
  return bind(onTs({ lag, ...untyped }), { stored }).exact.startValue;
}

describe('lag', () => {
  test.each<[unknown, number, unknown]>([
    [100, 10, 90],
    [100, 0.5, 99],
    [4.5, 0.5, 4],
    [2n ** 60n, 10, 2n ** 60n - 10n],
    [new PlainDate('2024-03-01'), 1, new PlainDate('2024-02-29')],
    [at('2024-03-01T00:00:00Z'), 0.25, at('2024-02-29T23:59:59.750Z')],
    [new Date('2024-03-01T00:00:00Z'), 1, at('2024-02-29T23:59:59Z')],
    ['2024-03-01', 1, '2024-02-29'],
    ['20240301', 1, '20240229'],
    ['2024-03-01T00:00:00Z', 1, '2024-02-29T23:59:59Z'],
    ['2024-03-01T00:00:00.500Z', 1, '2024-02-29T23:59:59.500Z'],
    ['2024-03-01T00:00:00.123456+02:00', 3600, '2024-02-29T23:00:00.123456+02:00'],
    ['2024-03-01 00:00:00', 1, '2024-02-29 23:59:59'],
    ['2024-03-01T00:00', 60, '2024-02-29T23:59'],
    ['2024-03-01T01', 3600, '2024-03-01T00'],
    ['20240301T000000Z', 1, '20240229T235959Z'],
    ['1969-12-31T23:59:59.250Z', 1, '1969-12-31T23:59:58.250Z'],
  ])('takes %p back by %p and keeps its form', (last, lag, start) => {
    expect(startAfter(last, lag)).toEqual(start);
  });

  test('goes forward for min', () => {
    expect(startAfter(100, 10, { lastValueFunc: 'min' })).toBe(110);
  });

  test('stops at the stored initial value', () => {
    const stored = { initial_value: 95, last_value: 100, unique_hashes: [] };
    expect(bind(onTs({ lag: 10, initialValue: 50 }), { stored }).startValue).toBe(95);
  });

  test('keeps fractions of a type that has them', () => {
    const stored = { initial_value: null, last_value: 4, unique_hashes: [] };
    expect(bind(incremental({ cursor: 'ts', type: 'unixFloat', lag: 0.5 }), { stored }).startValue).toBe(3.5);
  });

  test.each([['k0001'], [true], [{ a: 1 }], ['2024-02-30']])('of %p is refused with the value', (last) => {
    expect(() => startAfter(last, 1)).toThrow(
      expect.objectContaining({ code: 'CURSOR_LAG', message: expect.stringContaining('Take the lag away') }),
    );
  });

  test('is never stored: the last value does not go back', () => {
    const stored = { initial_value: 1, last_value: 100, unique_hashes: [] };
    const bound = bind(onTs({ lag: 10 }), { stored });
    expect(bound.lastValue).toBe(90);
    expect(bound.accept([{ id: 1, ts: 91 }])).toHaveLength(1);
    expect([bound.lastValue, bound.state()]).toEqual([
      100,
      { initial_value: 1, last_value: 100, unique_hashes: [], start_value: 100 },
    ]);
  });

  test('of a custom function has no effect, and says so', () => {
    const said: string[] = [];
    const stored = { initial_value: 1, last_value: 100, unique_hashes: [] };
    const longest = incremental<number>({ cursor: 'ts', lag: 5, lastValueFunc: (value) => value as number });
    expect(bind(longest, { stored, warn: (message) => said.push(message) }).startValue).toBe(100);
    expect(said).toEqual([expect.stringMatching(/no effect/)]);
  });
});
