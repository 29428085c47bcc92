import { childHashId, keyHashId, rowHashId } from '../../src/normalize/row-ids';
import { Decimal, PlainDate, Timestamp } from '../../src/value';
import { loadPages } from './load-rows';

const instant = new Timestamp(1_704_164_645_678_901n);

describe('ids that follow from content are dlt’s', () => {
  // Written by dlt 1.31 with strategy upsert.
  test.each([
    [{ id: 1 }, 'z5jIxXIbUnmbKw'],
    [{ id: instant }, 'rN/Z2xOT73kxqg'],
    [{ id: new Timestamp(1_704_153_600_000_000n) }, '9DhngFrOqhWwrA'],
    [{ id: new Decimal('1.50') }, '2Hs2jD7QOib7vw'],
    [{ id: new PlainDate('2024-01-02') }, 'am97JbvEVM2Chg'],
    [{ id: new Uint8Array([97, 98, 99]) }, 'V+pGb2rrewfe3w'],
    [{ id: 1.5 }, 'ajYxs7YZNhIBVQ'],
    [{ b: 'é"\\', a: true }, 'mSdIAAUarTOf7w'],
  ])('of the key %p', (key, id) => {
    expect(keyHashId(key)).toBe(id);
  });

  // Written by dlt 1.31 with strategy scd2.
  test('of a whole row, without its _dlt fields', () => {
    const row = { B: instant, a: { z: 1, y: [1, { q: instant }] }, _dlt_x: 5, n: null };
    expect(rowHashId(row)).toBe('r1f4t5kN1rw3KQ');
    expect(rowHashId({ B: new Decimal('1.10') })).toBe('Z7to2xgZ/5tclQ');
  });

  test('of a nested row', () => {
    expect(childHashId('KyLBzolA5JqQYg', 'ticket_events__child_events', 0)).toBe('1BwjobZvYQ+KdA');
  });

  test.each(['upsert', 'insert-only'] as const)(
    '%s gives parents and children the same ids in every load',
    async (mergeStrategy) => {
      const hints = { writeDisposition: 'merge', mergeStrategy, primaryKey: ['Id'] } as const;
      const load = () => loadPages([[{ Id: 1, v: 2, l: [{ m: [5] }] }]], hints);
      const [first, second] = [await load(), await load()];
      expect(first.tables.items?.[0]?._dlt_id).toBe('z5jIxXIbUnmbKw');
      expect(first.tables.items__l?.[0]?._dlt_id).toBe(childHashId('z5jIxXIbUnmbKw', 'items__l', 0));
      expect(second.tables).toEqual(first.tables);
    },
  );

  test('scd2 knows a row by all that is in it, lists included', async () => {
    const hints = { writeDisposition: 'merge', mergeStrategy: 'scd2' } as const;
    const ids = (
      await loadPages(
        [
          [
            { a: 1, l: [1] },
            { a: 1, l: [2] },
            { a: 1, l: [1] },
          ],
        ],
        hints,
      )
    ).tables.items;
    expect(ids?.[0]?._dlt_id).toBe(ids?.[2]?._dlt_id);
    expect(ids?.[0]?._dlt_id).not.toBe(ids?.[1]?._dlt_id);
  });
});
