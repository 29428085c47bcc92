import { parseCursorPath } from '../../src/incremental/cursor-path';
import { bind, flags, onTs, row } from './bind-for-test';

describe('a cursor path', () => {
  const item = {
    ts: 1,
    'created-at': 2,
    '@time': 3,
    a: { b: { c: 4 }, 'x-y': 5, 'a b': { c: 11 } },
    'odd name': 10,
    list: [{ ts: 6 }, { ts: 7 }],
    'dots.in.name': 8,
    gone: null,
    empty: [],
    first: [{ ts: null }, { ts: 9 }],
  };
  test.each<[string, unknown]>([
    ['ts', 1],
    ['created-at', 2],
    ['@time', 3],
    ['$.ts', 1],
    ['a.b.c', 4],
    ['$.a.b.c', 4],
    ['a.x-y', 5],
    ['list[1].ts', 7],
    ['list[-1].ts', 7],
    ['list[*].ts', 6],
    ["$['dots.in.name']", 8],
    ['$["dots.in.name"]', 8],
    ['list[?@.ts > 6].ts', 7],
    ["'odd name'", 10],
    ['"odd name"', 10],
    ["$.'odd name'", 10],
    ['["odd name"]', 10],
    ["a.'a b'.c", 11],
    ["'dots.in.name'", 8],
    ["'it'", undefined],
    ['__proto__', undefined],
    ['valueOf', undefined],
    ['gone', null],
    ['gone.at', undefined],
    ['empty[*].ts', undefined],
    ['empty[0].ts', undefined],
    ['first[*].ts', null],
    ['nothing', undefined],
    ['constructor', undefined],
    ['a.toString', undefined],
  ])('%s finds its first match', (path, value) => {
    expect(parseCursorPath(path).read(item)).toBe(value);
  });

  test('$ is the item itself', () => {
    expect(parseCursorPath('$').read(item)).toBe(item);
  });

  test('only a plain field has a column', () => {
    expect(
      ['ts', '$.ts', "'odd name'", 'a.b', 'list[0]', '$'].map((path) => parseCursorPath(path).column),
    ).toEqual(['ts', 'ts', 'odd name', undefined, undefined, undefined]);
  });

  test('finds nothing in a row that is no object', () => {
    expect([5, 'ts', null, undefined, [1]].map((value) => parseCursorPath('ts').read(value))).toEqual(
      Array(5).fill(undefined),
    );
  });
});

describe('a row without a cursor', () => {
  const rows = [row(1, 5), { id: 2 }, row(3, null), row(4, undefined)];

  test('fails the page, telling absent from null, with the cure', () => {
    expect(() => bind(onTs()).accept([{ id: 2 }])).toThrow(
      expect.objectContaining({ code: 'CURSOR_PATH_MISSING', message: expect.stringContaining("'include'") }),
    );
    expect(() => bind(onTs()).accept([row(3, null)])).toThrow(
      expect.objectContaining({ code: 'CURSOR_VALUE_NULL' }),
    );
    expect(() => bind(onTs()).accept([row(4, undefined)])).toThrow(
      expect.objectContaining({ code: 'CURSOR_PATH_MISSING' }),
    );
  });

  test('passes where it is included, and moves nothing', () => {
    const bound = bind(onTs({ onCursorValueMissing: 'include', initialValue: 1, endValue: 9 }));
    expect(bound.accept(rows)).toBe(rows);
    expect([bound.lastValue, flags(bound)]).toEqual([5, '-']);
  });

  test('is dropped where it is excluded', () => {
    const bound = bind(onTs({ onCursorValueMissing: 'exclude' }));
    expect(bound.accept(rows)).toEqual([row(1, 5)]);
  });
});
