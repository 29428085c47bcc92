import {
  cellFacts,
  cellLabel,
  columnAtStart,
  columnsText,
  gridModel,
  nextGap,
} from '../../../ui/grid/model/grid-model';
import { countKinds, countsText, kindAt, worstOf } from '../../../ui/grid/model/kinds';
import { makeView } from './views';

describe('labels', () => {
  test('an interval of days is told by dates, a cell by resource, state and attempt', () => {
    const model = gridModel(
      makeView({
        from: '2023-05-07',
        count: 2,
        step: { weeks: 1 },
        cell: (_, column) => (column === 0 ? ['f', '2'] : ['l', '-']),
      }),
    );
    expect(cellLabel(model, 0, 0)).toBe('orders, 2023-05-07 to 2023-05-14: failed, attempt 2');
    expect(cellLabel(model, 0, 1)).toBe('orders, 2023-05-14 to 2023-05-21: loaded, 1 row');
  });

  test('times are those of the zone, and the end’s date only where it is another', () => {
    const view = makeView({ from: '2024-03-31T00:00', zone: 'Europe/Berlin', count: 23, step: { hours: 1 } });
    const model = gridModel(view);
    // 02:00 is skipped
    expect(columnsText(model, 1, 1)).toBe('2024-03-31 01:00 to 03:00');
    expect(columnsText(model, 22, 22)).toBe('2024-03-31 23:00 to 2024-04-01 00:00');
    expect(columnsText(model, 0, 22)).toBe('2024-03-31 to 2024-04-01');
  });

  test('a missing cell says why', () => {
    const causes = ['0', '1', '3', '4', '5'];
    const view = makeView({ from: '2024-01-01', count: 5, cell: (_, column) => ['m', causes[column]!] });
    const model = gridModel(view);
    const kinds = causes.map((_, column) => cellFacts(model, 0, column).kind);
    expect(kinds).toEqual(['never-planned', 'paused', 'cancelled', 'skipped', 'superseded']);
    expect(cellLabel(model, 0, 4)).toBe('orders, 2024-01-05 to 2024-01-06: missing, superseded');
  });
});

describe('counts', () => {
  const view = makeView({
    from: '2024-01-01',
    count: 10,
    resources: ['orders', 'items'],
    cell: (row, column) => (column === 3 ? ['f', '2'] : column > 6 && row === 1 ? ['m', '1'] : ['l', '-']),
  });

  test('of a range are those of all its cells', () => {
    expect(countsText(countKinds(view, 0, 9))).toBe('2 failed, 3 missing, 15 loaded');
    expect(countsText(countKinds(view, 4, 5))).toBe('4 loaded');
  });

  test('what failed weighs more than what is missing, that more than what is loaded', () => {
    expect(worstOf(countKinds(view, 0, 9))).toBe('failed');
    expect(worstOf(countKinds(view, 6, 7))).toBe('paused');
    expect(worstOf(countKinds(view, 0, 2))).toBe('loaded');
  });
});

describe('gaps', () => {
  // gaps at 2, 5 to 7 (row 1 joins), 11
  const gaps = new Set([2, 5, 6, 11]);
  const model = gridModel(
    makeView({
      from: '2024-01-01',
      count: 14,
      resources: ['orders', 'items'],
      cell: (row, column) =>
        row === 0 && gaps.has(column) ? ['m', '0'] : row === 1 && column === 7 ? ['f', '2'] : ['l', '-'],
    }),
  );
  const jumps = (from: number, direction: 1 | -1, count: number): (number | undefined)[] => {
    let column = from;
    return Array.from({ length: count }, () => {
      const found = nextGap({ model, column, direction, only: undefined })?.column;
      column = found ?? column;
      return found;
    });
  };

  test('neighbours of any resource are one stop', () => {
    expect(jumps(0, 1, 3)).toEqual([2, 5, 11]);
    expect(jumps(13, -1, 3)).toEqual([11, 5, 2]);
  });

  test('from within a gap one gets to its beginning, then to the one before', () => {
    expect(jumps(6, -1, 2)).toEqual([5, 2]);
  });

  test('after the last comes the first, and before the first the last', () => {
    expect(jumps(11, 1, 2)).toEqual([2, 5]);
    expect(jumps(13, 1, 1)).toEqual([2]);
    expect(jumps(2, -1, 2)).toEqual([11, 5]);
  });

  test('of one kind only', () => {
    expect(nextGap({ model, column: 0, direction: 1, only: 'failed' })).toEqual({ row: 1, column: 7 });
    expect(nextGap({ model, column: 7, direction: 1, only: 'failed' })).toEqual({ row: 1, column: 7 });
    expect(nextGap({ model, column: 7, direction: 1, only: 'cancelled' })).toBeUndefined();
  });
});

test('a column is found again by its start', () => {
  const view = makeView({ from: '2024-01-01', count: 100 });
  for (const column of [0, 1, 57, 99]) expect(columnAtStart(view, view.starts[column]!)).toBe(column);
  expect(columnAtStart(view, view.starts[0]! - 1)).toBe(0);
  expect(columnAtStart(view, view.ends[99]! + 1)).toBe(99);
});

test('ten thousand intervals of five resources are counted', () => {
  const resources = ['a', 'b', 'c', 'd', 'e'];
  const view = makeView({ from: '2020-01-01', count: 10_000, step: { hours: 1 }, resources });
  const model = gridModel(view);
  expect(model.counts.loaded).toBe(50_000);
  expect(kindAt(view, 4, 9_999)).toBe('loaded');
});
