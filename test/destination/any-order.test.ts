import fc from 'fast-check';
import type { Dataset } from '../../src/destination';
import { commit, rowsOf, slice, temporaryFolder, tested } from './harness';

describe.each(tested)('in $name:', ({ fresh: freshDataset }) => {
  const folder = temporaryFolder();
  const END = 24;

  /** What a source would answer for `[start, end)`: three rows a moment, with children. */
  const answer = (start: number, end: number): unknown[] =>
    Array.from({ length: (end - start) * 3 }, (_, i) => ({
      id: start * 3 + i,
      ts: start + Math.floor(i / 3),
      l: [i, i + 1],
    }));

  async function checkAll(dataset: Dataset): Promise<void> {
    const [counts] = await rowsOf(
      dataset,
      'SELECT count(*) AS n, count(DISTINCT id) AS ids, min(id) AS a, max(id) AS b, (SELECT count(*) FROM items__l) AS children,' +
        ' (SELECT count(*) FROM items__l l WHERE NOT EXISTS (SELECT 1 FROM items i WHERE i._dlt_id = l._dlt_parent_id)) AS orphans FROM items',
    );
    expect(counts).toEqual({ n: END * 3, ids: END * 3, a: 0, b: END * 3 - 1, children: END * 6, orphans: 0 });
  }

  /** Cuts of the range, the order in which the pieces are loaded, and which of them are loaded again. */
  const plan = fc.record({
    cuts: fc.uniqueArray(fc.integer({ min: 1, max: END - 1 }), { maxLength: 5 }),
    order: fc.array(fc.nat(), { minLength: 6, maxLength: 6 }),
    again: fc.array(fc.nat(), { maxLength: 3 }),
  });

  function pieces({
    cuts,
    order,
    again,
  }: {
    cuts: number[];
    order: number[];
    again: number[];
  }): [number, number][] {
    const borders = [0, ...cuts.sort((a, b) => a - b), END];
    const all = borders.slice(1).map((end, index): [number, number] => [borders[index]!, end]);
    const shuffled = all
      .map((piece, index) => ({ piece, at: order[index % order.length]! }))
      .sort((a, b) => a.at - b.at);
    return [...shuffled.map(({ piece }) => piece), ...again.map((index) => all[index % all.length]!)];
  }

  describe('any split of a range, in any order, with any rerun, loads each row once', () => {
    test.each([
      ['append of a declared key', { primaryKey: ['id'] }],
      ['append without a key', {}],
      ['merge', { disposition: 'merge', primaryKey: ['id'] }],
      ['upsert', { disposition: 'merge', strategy: 'upsert', primaryKey: ['id'] }],
      ['slices that are replaced', { primaryKey: ['id'], onRerun: 'replace' }],
    ] as const)('%s', async (_, given) => {
      await fc.assert(
        fc.asyncProperty(plan, async (one) => {
          const dataset = await freshDataset(folder);
          for (const [start, end] of pieces(one))
            await commit(dataset, {
              resources: [{ rows: answer(start, end), ...given, ...slice(start, end) }],
            });
          await checkAll(dataset);
          await dataset.close();
        }),
        { numRuns: 6 },
      );
    });

    test('ranges that overlap in any way, where a key is declared', async () => {
      const ranges = fc.array(fc.tuple(fc.nat({ max: END - 1 }), fc.integer({ min: 1, max: 9 })), {
        maxLength: 6,
      });
      await fc.assert(
        fc.asyncProperty(ranges, fc.boolean(), async (given, merge) => {
          const dataset = await freshDataset(folder);
          for (const [start, length] of [...given, [0, END] as const]) {
            const end = Math.min(END, start + length);
            const resource = { rows: answer(start, end), primaryKey: ['id'], ...slice(start, end) };
            await commit(dataset, { resources: [{ ...resource, disposition: merge ? 'merge' : 'append' }] });
          }
          await checkAll(dataset);
          await dataset.close();
        }),
        { numRuns: 8 },
      );
    });
  });

  describe('batches by a merge key alone, delivered again and again', () => {
    /** What was delivered when: `id` tells each delivery of a batch from the others. */
    const DELIVERED = [
      { g: 'once', id: 1, ts: 0 },
      { g: 'twice', id: 2, ts: 0 },
      { g: 'twice', id: 3, ts: 0 },
      { g: 'daily', id: 4, ts: 0 },
      { g: 'daily', id: 5, ts: 1 },
      { g: 'twice', id: 6, ts: 2 },
      { g: 'daily', id: 7, ts: 2 },
      { g: 'daily', id: 8, ts: 3 },
      { g: 'late', id: 9, ts: 3 },
    ];
    const days = [
      [0, 1],
      [1, 2],
      [2, 3],
    ] as const; // one beside the other
    const overlapping = [
      [0, 2],
      [1, 3],
      [2, 4],
    ] as const;
    const nested = [
      [0, 4],
      [1, 3],
      [2, 3],
    ] as const;

    /** Every order of three, and in each the first once more at the end. */
    function ordersOf<T>(three: readonly T[]): T[][] {
      const [a, b, c] = three as [T, T, T];
      const orders = [
        [a, b, c],
        [a, c, b],
        [b, a, c],
        [b, c, a],
        [c, a, b],
        [c, b, a],
      ];
      return orders.map((order) => [...order, ...order.slice(0, 1)]);
    }

    async function stored(ranges: readonly (readonly [number, number])[]): Promise<unknown[]> {
      const dataset = await freshDataset(folder);
      for (const [start, end] of ranges) {
        const rows = DELIVERED.filter(({ ts }) => ts >= start && ts < end).map((row) => ({
          ...row,
          l: [row.id],
        }));
        await commit(dataset, {
          resources: [{ rows, disposition: 'merge', primaryKey: [], mergeKey: ['g'], ...slice(start, end) }],
        });
      }
      const rows = await rowsOf(
        dataset,
        'SELECT i.g, i.id, l.value FROM items i JOIN items__l l ON l._dlt_parent_id = i._dlt_id ORDER BY i.id',
      );
      await dataset.close();
      return rows.map((row) => Object.values(row as object).join(' '));
    }

    test.each([
      ['days', days, ['once 1 1', 'twice 6 6', 'daily 7 7']],
      ['overlapping days', overlapping, ['once 1 1', 'twice 6 6', 'daily 7 7', 'daily 8 8', 'late 9 9']],
      [
        'days within one another',
        nested,
        [
          ...['once 1 1', 'twice 2 2', 'twice 3 3', 'daily 4 4', 'daily 5 5'],
          ...['twice 6 6', 'daily 7 7', 'daily 8 8', 'late 9 9'],
        ],
      ],
    ])(
      '%s in any order, any of them again, leave the same: never old beside new',
      async (_, three, expected) => {
        for (const order of ordersOf<readonly [number, number]>(three))
          expect({ order, rows: await stored(order) }).toEqual({ order, rows: expected });
      },
    );
  });
});
