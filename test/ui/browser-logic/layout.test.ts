import fc from 'fast-check';
import {
  BLOCK,
  blockCount,
  columnAt,
  columnsOf,
  mountedBlocks,
  PITCH,
  scrollTo,
  scrollToRange,
  visibleBlocks,
} from '../../../ui/grid/model/layout';

const columns = fc.integer({ min: 1, max: 10_000 });
const width = fc.integer({ min: 0, max: 4_000 });

test('blocks tile the columns', () => {
  fc.assert(
    fc.property(columns, (count) => {
      let next = 0;
      for (let block = 0; block < blockCount(count); block += 1) {
        const { first, last } = columnsOf(block, count);
        expect(first).toBe(next);
        expect(last).toBeGreaterThanOrEqual(first);
        next = last + 1;
      }
      expect(next).toBe(count);
    }),
  );
});

test('all that is in sight is mounted, the active cell too, and not much more', () => {
  const seen = fc.tuple(
    columns,
    width,
    fc.double({ min: 0, max: 1, noNaN: true }),
    fc.double({ min: 0, max: 1, noNaN: true }),
  );
  fc.assert(
    fc.property(seen, ([count, wide, scrolled, active]) => {
      const left = Math.floor(scrolled * Math.max(0, count * PITCH - wide));
      const cell = Math.floor(active * (count - 1));
      const blocks = mountedBlocks(visibleBlocks({ left, width: wide }, count), cell, count);
      const has = (column: number): boolean =>
        blocks.some(
          (block) => columnsOf(block, count).first <= column && column <= columnsOf(block, count).last,
        );
      for (let x = left; x < left + wide; x += PITCH) expect(has(columnAt(x, count))).toBe(true);
      expect(has(cell)).toBe(true);
      expect(blocks).toEqual([...new Set(blocks)].sort((a, b) => a - b));
      expect(blocks.length).toBeLessThanOrEqual(Math.ceil(wide / PITCH / BLOCK) + 6);
    }),
  );
});

test('without columns nothing is mounted', () => {
  expect(mountedBlocks(visibleBlocks({ left: 0, width: 800 }, 0), 0, 0)).toEqual([]);
});

test('a column out of sight is scrolled into it, one in sight stays where it is', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 9_999 }),
      fc.integer({ min: 100, max: 3_000 }),
      fc.nat(180_000),
      (column, wide, left) => {
        const to = scrollTo(column, { left, width: wide });
        expect(to).toBeLessThanOrEqual(column * PITCH);
        expect(to + wide).toBeGreaterThanOrEqual((column + 1) * PITCH);
        if (left < (column - 1) * PITCH && left + wide > (column + 2) * PITCH) expect(to).toBe(left);
      },
    ),
  );
});

test('a range that fits stands in the middle, one that does not begins at the left', () => {
  expect(scrollToRange({ first: 100, last: 109 }, 380)).toBe(100 * PITCH - 100);
  expect(scrollToRange({ first: 100, last: 199 }, 380)).toBe(99 * PITCH);
  expect(scrollToRange({ first: 0, last: 1 }, 380)).toBe(0);
});
