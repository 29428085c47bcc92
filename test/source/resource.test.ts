import { z } from 'zod';
import { incremental } from '../../src/incremental';
import { type Resource, resource, transformer } from '../../src/source';

const drain = async <T>(from: AsyncIterable<T>): Promise<T[]> => {
  const all: T[] = [];
  for await (const one of from) all.push(one);
  return all;
};
const codeOf = async (work: () => unknown): Promise<unknown> => {
  try {
    await work();
  } catch (error) {
    return (error as { code?: unknown }).code;
  }
  return undefined;
};

describe('a resource without a pipeline', () => {
  test.each<[string, () => unknown]>([
    [
      'an async generator function',
      async function* () {
        yield [{ id: 1 }];
        yield [{ id: 2 }];
      },
    ],
    [
      'a generator function',
      function* () {
        yield [{ id: 1 }];
        yield [{ id: 2 }];
      },
    ],
    ['a function that returns a list of pages', () => [[{ id: 1 }], [{ id: 2 }]]],
    ['a function that returns a page', () => [{ id: 1 }, { id: 2 }]],
    ['a promise of a page', async () => [{ id: 1 }, { id: 2 }]],
    [
      'single items',
      function* () {
        yield { id: 1 };
        yield [];
        yield { id: 2 };
      },
    ],
    [
      'promises',
      function* () {
        yield Promise.resolve([{ id: 1 }]);
        yield Promise.resolve({ id: 2 });
      },
    ],
  ])('yields the items of %s', async (_, extract) => {
    const made = resource({ name: 'things', extract: extract as () => AsyncIterable<unknown> });
    expect(await drain(made)).toEqual([{ id: 1 }, { id: 2 }]);
  });

  test('can be iterated again, each time from the start', async () => {
    const made = resource({
      name: 'things',
      *extract() {
        yield [1, 2];
      },
    });
    expect(await drain(made)).toEqual([1, 2]);
    expect(await drain(made)).toEqual([1, 2]);
  });

  test('starts its incrementals at initialValue and keeps to their range', async () => {
    const seen: unknown[] = [];
    const made = resource({
      name: 'things',
      primaryKey: 'id',
      incremental: { at: incremental({ cursor: 'at', type: 'integer', initialValue: 2, endValue: 5 }) },
      *extract({ incremental: { at } }) {
        seen.push(at.initialValue, at.startValue, at.lastValue, at.endOutOfRange);
        yield [1, 2, 3].map((value) => ({ id: value, at: value }));
        seen.push(at.lastValue, at.startOutOfRange, at.endOutOfRange);
        yield [4, 5].map((value) => ({ id: value, at: value }));
        seen.push(at.lastValue, at.endOutOfRange);
      },
    });
    expect((await drain(made)).map(({ id }) => id)).toEqual([2, 3, 4]);
    expect(seen).toEqual([2, 2, 2, false, 3, false, false, 4, true]);
  });

  test('closes the source where the row order says that nothing more can come', async () => {
    const asked: number[] = [];
    const made = resource({
      name: 'things',
      incremental: {
        at: incremental({ cursor: 'at', type: 'integer', initialValue: 0, endValue: 2, rowOrder: 'asc' }),
      },
      *extract() {
        try {
          for (let at = 0; ; at += 1) {
            asked.push(at);
            yield [{ at }];
          }
        } finally {
          asked.push(-1);
        }
      },
    });
    expect(await drain(made)).toEqual([{ at: 0 }, { at: 1 }]);
    expect(asked).toEqual([0, 1, 2, -1]);
  });

  test('runs the finally of its author when the consumer stops', async () => {
    const ends: string[] = [];
    const made = resource({
      name: 'things',
      *extract() {
        try {
          yield [1];
          yield [2];
        } finally {
          ends.push('closed');
        }
      },
    });
    for await (const _ of made) break;
    expect(ends).toEqual(['closed']);
  });
});

describe('a resource is refused', () => {
  test('with a generator that was started, naming params and bind', async () => {
    const pages = (endpoint: string) =>
      (function* () {
        yield [{ endpoint }];
      })();
    const make = (): unknown =>
      resource({ name: 'things', extract: pages('a') as unknown as () => Iterable<unknown> });
    expect(make).toThrow(expect.objectContaining({ code: 'RESOURCE_IS_GENERATOR' }));
    expect(make).toThrow(/"params" set by bind/);
  });

  test.each([
    ['no function', { name: 'things', extract: 5 }],
    ['no name', { name: '', *extract() {} }],
    [
      'an incremental that is no incremental',
      { name: 'things', incremental: { at: { cursor: 'at' } }, *extract() {} },
    ],
    ['half a limit', { name: 'things', addLimit: 0.5, *extract() {} }],
  ])('with %s', async (_, options) => {
    expect(await codeOf(() => resource(options as never))).toBe('RESOURCE_INVALID');
  });

  test('when its function reads an incremental definition instead of the bound one', async () => {
    const at = incremental({ cursor: 'at', type: 'integer', initialValue: 0 });
    const made = resource({
      name: 'things',
      incremental: { at },
      *extract() {
        yield [(at as unknown as { lastValue: number }).lastValue];
      },
    });
    expect(await codeOf(() => drain(made))).toBe('INCREMENTAL_UNBOUND');
  });

  test('when it yields nothing that could be a page', async () => {
    const made = resource({
      name: 'things',
      *extract() {
        yield undefined;
      },
    });
    expect(await codeOf(() => drain(made))).toBe('HTTP_UNEXPECTED_BODY');
    const forgot = resource({
      name: 'things',
      extract: (() => undefined) as unknown as () => Iterable<unknown>,
    });
    expect(await codeOf(() => drain(forgot))).toBe('RESOURCE_INVALID');
  });

  test('names itself when its code throws', async () => {
    const made = resource({
      name: 'things',
      *extract() {
        yield [1];
        throw new TypeError('no such field');
      },
    });
    const error: unknown = await drain(made).catch((thrown) => thrown);
    expect(error).toMatchObject({ code: 'EXTRACT_FAILED', details: { resource: 'things' } });
    expect(String(error)).toContain('Resource "things": no such field');
  });
});

describe('every method gives a new resource', () => {
  const numbers = resource({
    name: 'numbers',
    params: { upTo: 4, step: 1 },
    incremental: { at: incremental({ cursor: 'at', type: 'integer', initialValue: 0 }) },
    *extract({ params }) {
      for (let at = 1; at <= params.upTo; at += params.step) yield [{ at }];
    },
  });

  test('bind sets parameters; what was bound before survives', async () => {
    const bound = numbers.bind({ upTo: 6 }).bind({ step: 2 });
    expect(await drain(bound)).toEqual([{ at: 1 }, { at: 3 }, { at: 5 }]);
    expect(await drain(numbers)).toHaveLength(4);
  });

  test('bind overrides the fields of an incremental that it names and no other', async () => {
    const bound = numbers
      .bind({ incremental: { at: { initialValue: 2 } } })
      .bind({ incremental: { at: { endValue: 4 } } });
    expect(await drain(bound)).toEqual([{ at: 2 }, { at: 3 }]);
    expect(await drain(numbers)).toHaveLength(4);
  });

  test('map and filter come before the incrementals, in the order in which they were added', async () => {
    const changed = numbers.filter(({ at }) => at % 2 === 0).map(async ({ at }) => ({ at: at - 3 }));
    expect(await drain(changed)).toEqual([{ at: 1 }]);
  });

  test('addLimit counts pages, or rows', async () => {
    expect(await drain(numbers.addLimit(2))).toHaveLength(2);
    expect(await drain(numbers.addLimit(0))).toHaveLength(0);
    const wide = resource({
      name: 'wide',
      incremental: { at: incremental({ cursor: 'at', type: 'integer', initialValue: 2 }) },
      *extract() {
        yield [1, 2, 3, 4, 5].map((at) => ({ at }));
      },
    });
    expect(await drain(wide.addLimit({ rows: 2 }))).toEqual([{ at: 2 }, { at: 3 }]);
  });

  test('with changes hints and leaves the others', () => {
    const changed = numbers.with({ primaryKey: 'at' }).with({ writeDisposition: 'merge' });
    expect(changed.definition.settings).toMatchObject({ primaryKey: 'at', writeDisposition: 'merge' });
    expect(numbers.definition.settings).toEqual({});
  });

  test('a parameter or an incremental that does not exist is refused', async () => {
    const loose = numbers as unknown as Resource;
    expect(await codeOf(() => loose.bind({ upto: 3 } as never))).toBe('PARAM_INVALID');
    expect(await codeOf(() => loose.bind({ incremental: { on: {} } } as never))).toBe('PARAM_INVALID');
  });

  test('a zod object checks what is bound, and what is missing when it runs', async () => {
    const typed = resource({
      name: 'typed',
      params: z.object({ state: z.enum(['open', 'closed']).default('open'), since: z.string() }),
      *extract({ params }) {
        yield [params];
      },
    });
    expect(await drain(typed.bind({ since: 'x' }))).toEqual([{ state: 'open', since: 'x' }]);
    expect(await codeOf(() => drain(typed))).toBe('PARAM_INVALID');
    expect(await codeOf(() => typed.bind({ state: 'other' as 'open' }))).toBe('PARAM_INVALID');
  });
});

describe('resources made dynamically', () => {
  test('one function serves many endpoints, each with its own incremental', async () => {
    const endpoint = <N extends string>(name: N) =>
      resource({
        name,
        params: { endpoint: name as string },
        incremental: { created: incremental({ cursor: 'created', type: 'integer', initialValue: 10 }) },
        *extract({ params, incremental: { created } }) {
          yield [{ from: params.endpoint, created: created.startValue + 1 }];
        },
      });
    for (const name of ['customers', 'charges'])
      expect(await drain(endpoint(name))).toEqual([{ from: name, created: 11 }]);
  });
});

describe('a transformer', () => {
  const order: string[] = [];
  const parents = resource({
    name: 'parents',
    *extract() {
      for (const page of [[1, 2], [], [3]]) {
        order.push(`parents ${page.join()}`);
        yield page;
      }
    },
  });

  test('gets each page of its parent before the next one is asked for', async () => {
    order.length = 0;
    const children = transformer({
      name: 'children',
      from: parents,
      *extract({ items }) {
        order.push(`children ${items.join()}`);
        for (const item of items) yield [item * 10];
      },
    });
    expect(await drain(children)).toEqual([10, 20, 30]);
    expect(order).toEqual(['parents 1,2', 'children 1,2', 'parents ', 'parents 3', 'children 3']);
  });

  test('has limits and incrementals over all pages of its parent', async () => {
    const children = transformer({
      name: 'children',
      from: parents,
      incremental: { at: incremental({ cursor: 'at', type: 'integer', initialValue: 0 }) },
      *extract({ items, incremental: { at } }) {
        for (const item of items) yield [{ at: item, before: at.lastValue }];
      },
    });
    expect(await drain(children)).toEqual([
      { at: 1, before: 0 },
      { at: 2, before: 1 },
      { at: 3, before: 2 },
    ]);
    expect(await drain(children.addLimit(2))).toHaveLength(2);
  });
});

test('two incrementals on one cursor are refused: they would have one state', async () => {
  const options = {
    name: 'issues',
    incremental: {
      created: incremental({ cursor: 'updated_at', initialValue: 0 }),
      updated: incremental({ cursor: 'updated_at', initialValue: 1 }),
    },
    *extract() {
      yield [1];
    },
  };
  expect(() => resource(options)).toThrow(
    expect.objectContaining({
      code: 'RESOURCE_INVALID',
      message: expect.stringMatching(/"created" and "updated".*"issues".*"updated_at"/),
    }),
  );
});
