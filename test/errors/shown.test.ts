import { quoted, shown, TidemarkError } from '../../src/errors';
import { parseChunkSize } from '../../src/interval';

const long = 'x'.repeat(100_000);
const circular: Record<string, unknown> = {};
circular['self'] = circular;

test.each<[string, unknown, string]>([
  ['a text', 'abc', 'abc'],
  ['a bigint', 10n, '10'],
  ['a symbol', Symbol('s'), 'Symbol(s)'],
  ['a function', () => 1, 'a function'],
  ['an invalid Date', new Date(Number.NaN), 'Invalid Date'],
  ['a Date', new Date(0), '1970-01-01T00:00:00.000Z'],
  [
    'an object by its keys, since a value may be a secret',
    { user: 'a', password: 'b' },
    '{ user, password }',
  ],
  ['a circular object', circular, '{ self }'],
  ['an object without a prototype', Object.create(null), '{  }'],
  ['a list', [1, 'a', null], '[1,"a",null]'],
  ['a list of objects', [{ a: 1 }, {}], 'a list of 2'],
  ['an error', new RangeError('no'), 'RangeError: no'],
  [
    'what throws when it is asked',
    new Proxy(
      {},
      {
        get() {
          throw new Error('no');
        },
      },
    ),
    'an object',
  ],
])('%s is shown', (_, value, text) => {
  expect(shown(value)).toBe(text);
});

test('a long text is cut, and its length is said', () => {
  expect(shown(long)).toBe(`${'x'.repeat(80)}… (100000 characters)`);
});

test('a token is not cut in two, since half a secret is not recognised as one', () => {
  const text = `${'a sentence of some words '.repeat(3)}secret-token-of-an-api ${long}`;
  expect(shown(text)).toMatch(/^(a sentence of some words ){3}… \(/);
});

test('half of a character is never kept', () => {
  expect(shown(`${'x'.repeat(79)}😀${long}`)).toMatch(/^x{79}… /);
});

describe('a message', () => {
  test.each<[string, () => unknown]>([
    ['that quotes a value of 100 KB', () => parseChunkSize(long)],
    [
      'of one’s own that quotes a value of 100 KB',
      () => {
        throw new TidemarkError('USAGE', `Before "a" and "${long}" is not valid; write "b".`);
      },
    ],
  ])('%s is short', (_, call) => {
    expect(call).toThrow(/^.{1,400}$/);
    expect(call).toThrow(/\(100000 characters\)/);
  });

  test('without quotes ends somewhere', () => {
    const { message } = new TidemarkError('USAGE', long);
    expect(message.length).toBeLessThan(8100);
  });

  test('of many short parts is left as it is', () => {
    const text = Array.from({ length: 300 }, (_, index) => `"name ${index}"`).join(', ');
    expect(new TidemarkError('USAGE', text).message).toBe(text);
  });
});

test('a text is quoted, and what is none is not', () => {
  expect([quoted('1'), quoted(1), quoted(null), quoted('')]).toEqual(['"1"', '1', 'null', '""']);
});
