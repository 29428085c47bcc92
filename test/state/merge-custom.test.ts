import { mergeCustomState, refuseSameChange, type StateObject, sameCursor } from '../../src/state';

const merge = (stored: StateObject, before: StateObject, after: StateObject) =>
  mergeCustomState(stored, { before, after });

describe('custom state that two loads changed', () => {
  test('a key that only one of them changed takes that change', () => {
    expect(merge({ a: 1, b: 5 }, { a: 1, b: 2 }, { a: 3, b: 2 })).toEqual({ a: 3, b: 5 });
  });

  test('a key that was removed goes, one that another load added stays', () => {
    expect(merge({ a: 1, c: 3 }, { a: 1 }, {})).toEqual({ c: 3 });
  });

  test('lists are united by what each appended', () => {
    expect(merge({ l: [1, 9] }, { l: [1] }, { l: [1, 2, 3] })).toEqual({ l: [1, 9, 2, 3] });
    expect(merge({ l: [9] }, {}, { l: [2] })).toEqual({ l: [9, 2] });
  });

  test('objects are united key by key, at any depth', () => {
    expect(merge({ o: { x: 1, p: { y: 2 } } }, { o: { x: 1, p: {} } }, { o: { x: 2, p: { z: 3 } } })).toEqual(
      {
        o: { x: 2, p: { y: 2, z: 3 } },
      },
    );
  });

  test('both writing the same is no conflict; writing different values is', () => {
    expect(merge({ a: 2 }, { a: 1 }, { a: 2 })).toEqual({ a: 2 });
    expect(() => merge({ o: { a: 3 } }, { o: { a: 1 } }, { o: { a: 2 } })).toThrow(
      expect.objectContaining({ code: 'STATE_CHANGED', details: { key: 'o.a' } }),
    );
    expect(() => merge({ l: [0] }, { l: [1] }, { l: [1, 2] })).toThrow(
      expect.objectContaining({ code: 'STATE_CHANGED' }),
    );
  });
});

test('a change that both made is refused where two loads must not do the same work', () => {
  const check = (stored: StateObject, before: StateObject, after: StateObject) => () =>
    refuseSameChange(stored, { before, after });
  const refused = expect.objectContaining({ code: 'STATE_CHANGED' });
  expect(check({ a: 2 }, { a: 1 }, { a: 2 })).toThrow(refused);
  expect(check({ l: [1, 2] }, { l: [1] }, { l: [1, 3, 2] })).toThrow(refused);
  expect(check({ o: { l: [5] } }, {}, { o: { l: [5] } })).toThrow(refused);
  expect(check({ l: [1, 2], a: 7 }, { l: [1], a: 1 }, { l: [1, 3], a: 1 })).not.toThrow();
  expect(check({ a: 1 }, { a: 1 }, { a: 2 })).not.toThrow();
});

test('a cursor is the same if last value and boundary rows are, whatever the order of the rows', () => {
  const at = (last_value: unknown, unique_hashes: string[]) => ({
    initial_value: 0,
    last_value,
    unique_hashes,
  });
  expect(sameCursor(at(5, ['a', 'b']), { ...at(5, ['b', 'a']), initial_value: 9, start_value: 1 })).toBe(
    true,
  );
  expect(sameCursor(at(5, ['a']), at(5, ['b']))).toBe(false);
  expect(sameCursor(at(5, []), at('5', []))).toBe(false);
  expect(sameCursor(undefined, at(5, []))).toBe(false);
  expect(sameCursor(undefined, undefined)).toBe(true);
});
