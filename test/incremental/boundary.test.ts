import { type CursorState, incremental } from '../../src/incremental';
import { keyHash } from '../../src/value';
import { bind, flags, onTs, row } from './bind-for-test';

describe('a declared key that repeats within a run at the running last value', () => {
  test('is dropped, over pages too, and sets both flags to false', () => {
    const bound = bind(onTs({ initialValue: 3 }));
    expect(bound.accept([row(1, 5), row(0, 2)])).toEqual([row(1, 5)]);
    expect(flags(bound)).toBe('S');
    expect(bound.accept([row(2, 5), row(1, 5)])).toEqual([row(2, 5)]);
    expect(flags(bound)).toBe('-');
    expect(bound.accept([row(2, 5)])).toEqual([]);
    expect(bound.state()?.unique_hashes).toEqual([keyHash(1), keyHash(2)]);
  });

  test('is dropped in stateless runs', () => {
    const bound = bind(onTs({ initialValue: 1, endValue: 9 }));
    expect(bound.accept([row(1, 5), row(1, 5), row(2, 5)])).toEqual([row(1, 5), row(2, 5)]);
  });

  test('is forgotten when last moves', () => {
    const bound = bind(onTs());
    const rows = [row(1, 5), row(1, 6), row(1, 7)];
    expect(bound.accept(rows)).toBe(rows);
  });

  test('below the running last value passes', () => {
    const bound = bind(onTs());
    const rows = [row(1, 5), row(2, 4), row(2, 4)];
    expect(bound.accept(rows)).toBe(rows);
  });

  test('never closes an ordered source', () => {
    for (const rowOrder of ['asc', 'desc'] as const) {
      const bound = bind(onTs({ rowOrder, initialValue: 1, endValue: 9 }));
      bound.accept([row(1, 5), row(1, 5)]);
      expect(bound.closed).toBe(false);
    }
  });

  test('is told by every column of a compound key, and by the type of each', () => {
    const bound = bind(onTs({ primaryKey: ['id', 'part'] }));
    const of = (id: unknown, part: string) => ({ id, part, ts: 5 });
    expect(bound.accept([of(1, 'a'), of(1, 'b'), of('1', 'a'), of(1, 'a')])).toHaveLength(3);
  });

  test('is recognised where one key is a big integer and the other a number', () => {
    const bound = bind(onTs());
    expect(bound.accept([row(2n ** 60n, 5), row(2n ** 60n, 5), row(2n ** 60n + 1n, 5)])).toHaveLength(2);
  });

  test.each([
    ['without a declared key', {}, undefined],
    ['with an open start', { rangeStart: 'open', initialValue: 1 }, 'id'],
    ['under a lag', { lag: 1, initialValue: 1 }, 'id'],
    ['with an empty key', { primaryKey: [] }, 'id'],
  ] as const)('passes %s', (_, options, resourceKey) => {
    const bound = bind(onTs(options), { resourceKey });
    const rows = [row(1, 5), row(1, 5)];
    expect(bound.accept(rows)).toBe(rows);
  });

  test('passes where a row lacks the key column and is overtaken in its page', () => {
    const bound = bind(onTs());
    const rows = [{ ts: 5 }, { ts: 5 }, row(1, 6)];
    expect(bound.accept(rows)).toBe(rows);
  });
});

describe('boundary rows of earlier runs', () => {
  const stored: CursorState = { initial_value: 1, last_value: 5, unique_hashes: [keyHash(1), keyHash(2)] };

  test('are dropped for the whole run, also after last has moved', () => {
    const bound = bind(onTs(), { stored });
    expect(bound.accept([row(1, 5), row(3, 5), row(9, 9)])).toEqual([row(3, 5), row(9, 9)]);
    expect(bound.accept([row(2, 5), row(3, 5)])).toEqual([row(3, 5)]);
    expect(bound.state()).toEqual({
      initial_value: 1,
      last_value: 9,
      unique_hashes: [keyHash(9)],
      start_value: 5,
    });
  });

  test('are looked up before those of the run, so that the start flag is set', () => {
    const bound = bind(onTs(), { stored });
    bound.accept([row(1, 5)]);
    expect(flags(bound)).toBe('S');
  });

  test('are hashed as a bare value for one name, and as a list for a list of one', () => {
    const one = bind(onTs(), { resourceKey: 'id' });
    const list = bind(onTs(), { resourceKey: ['id'] });
    for (const bound of [one, list]) bound.accept([row(7, 5)]);
    expect(one.state()?.unique_hashes).toEqual([keyHash(7)]);
    expect(list.state()?.unique_hashes).toEqual(['ZxF7bMImfzED']);
  });

  test('stored by dlt before 1.29 are recognised, and extended in their form until last moves', () => {
    const old = { ...stored, unique_hashes: [keyHash(1, 'long')] };
    const bound = bind(onTs(), { stored: old });
    expect(bound.accept([row(1, 5), row(3, 5)])).toEqual([row(3, 5)]);
    expect(bound.state()?.unique_hashes).toEqual([keyHash(1, 'long'), keyHash(3, 'long')]);
    bound.accept([row(4, 6)]);
    expect(bound.state()?.unique_hashes).toEqual([keyHash(4)]);
    expect(bound.accept([row(1, 5)])).toEqual([]);
  });

  test('need the key only if they must be hashed', () => {
    const missing = expect.objectContaining({
      code: 'PRIMARY_KEY_MISSING',
      message: expect.stringContaining('"id"'),
    });
    expect(() => bind(onTs({ initialValue: 5 })).accept([{ ts: 5 }])).toThrow(missing);
    expect(() => bind(onTs()).accept([{ ts: 5 }])).toThrow(missing);
    expect(bind(onTs({ initialValue: 5, endValue: 9 })).accept([{ ts: 5 }])).toHaveLength(1);
  });

  test('a stateless run neither reads nor changes them', () => {
    const bound = bind(onTs({ initialValue: 5, endValue: 9 }), { stored });
    expect(bound.accept([row(1, 5)])).toHaveLength(1);
    expect(bound.state()).toBeUndefined();
  });
});

describe('pages', () => {
  test('from which nothing is dropped come back as they are', () => {
    const rows = [row(1, 1), row(2, 2)];
    expect(bind(onTs()).accept(rows)).toBe(rows);
  });

  test('that are empty leave flags and last value alone', () => {
    const bound = bind(onTs({ initialValue: 5 }));
    bound.accept([row(1, 1)]);
    bound.accept([]);
    expect(flags(bound)).toBe('S');
  });

  test('may be a year of one cursor value', () => {
    const rows = Array.from({ length: 3000 }, (_, id) => row(id, 5));
    const bound = bind(onTs());
    bound.accept(rows);
    expect(bound.state()?.unique_hashes).toHaveLength(3000);
    expect(bound.accept(rows)).toEqual([]);
  });
});

describe('a custom function', () => {
  test('cannot change the stored last value by changing what it is shown', () => {
    const counts = incremental<Record<string, number>>({
      cursor: '$',
      lastValueFunc: (item: { kind: string; n: number }, last = {}) => {
        last[item.kind] = Math.max(last[item.kind] ?? 0, item.n);
        return last;
      },
    });
    const bound = bind(counts);
    const rows = [
      { id: 1, kind: 'a', n: 1 },
      { id: 2, kind: 'a', n: 2 },
      { id: 3, kind: 'b', n: 1 },
    ];
    expect(bound.accept(rows)).toBe(rows);
    expect(bound.lastValue).toEqual({ a: 2, b: 1 });
    const next = bind(counts, { stored: bound.state() });
    expect(next.accept([...rows, { id: 4, kind: 'b', n: 2 }])).toEqual([{ id: 4, kind: 'b', n: 2 }]);
  });

  test('that fails or gives nothing is named, with the value', () => {
    const failing = incremental<number>({
      cursor: 'ts',
      lastValueFunc: () => {
        throw new Error('boom');
      },
    });
    expect(() => bind(failing).accept([row(1, 5)])).toThrow(
      /lastValueFunc of the cursor "ts" failed on "5".*boom/,
    );
    const nothing = incremental({ cursor: 'ts', lastValueFunc: () => undefined });
    expect(() => bind(nothing).accept([row(1, 5)])).toThrow(/must return the new last value/);
  });
});
