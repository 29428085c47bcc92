import { floorDivide, isPlainObject, isRecord, safeInteger, withoutUndefined } from '../../src/value';

test('a record has named fields: it is neither null nor a list', () => {
  expect([{}, new Date(), Object.create(null)].map(isRecord)).toEqual([true, true, true]);
  expect([null, undefined, [], 'text', 1].map(isRecord)).toEqual([false, false, false, false, false]);
});

test('a plain object is of no class', () => {
  expect([{}, Object.create(null)].map(isPlainObject)).toEqual([true, true]);
  expect([new Date(), new Map(), [], null, 'text'].map(isPlainObject)).toEqual([
    false,
    false,
    false,
    false,
    false,
  ]);
});

test('undefined fields are left out; null, 0, false and an empty text stay', () => {
  const fields = withoutUndefined({ a: undefined, b: null, c: 0, d: false, e: '', f: [undefined] });
  expect(Object.keys(fields)).toEqual(['b', 'c', 'd', 'e', 'f']);
  expect({ a: 1, ...withoutUndefined({ a: undefined as number | undefined }) }).toEqual({ a: 1 });
});

test.each([
  [2n ** 53n - 1n, Number.MAX_SAFE_INTEGER],
  [2n ** 53n, 2n ** 53n],
  [-(2n ** 53n), -(2n ** 53n)],
  [-1n, -1],
])('%p as a number, if that holds it exactly, is %p', (value, expected) => {
  expect(safeInteger(value)).toBe(expected);
});

test.each([
  [7n, 2n, 3n],
  [-7n, 2n, -4n],
  [-8n, 2n, -4n],
  [0n, 5n, 0n],
])('%p divided by %p, rounded down, is %p', (value, by, expected) => {
  expect(floorDivide(value, by)).toBe(expected);
});
