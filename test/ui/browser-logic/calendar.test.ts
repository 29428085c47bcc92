import { DateTime } from 'luxon';
import { calendarMove, calendarOf, cellOfColumn, spanOfCells } from '../../../ui/grid/model/calendar';
import { gridModel } from '../../../ui/grid/model/grid-model';
import { makeView } from './views';

const calendar = (options: Parameters<typeof makeView>[0]) => calendarOf(gridModel(makeView(options)));

describe('days', () => {
  const hours = calendar({
    from: '2024-03-30T00:00',
    zone: 'Europe/Berlin',
    count: 24 + 23 + 24,
    step: { hours: 1 },
    resources: ['orders', 'items'],
    cell: (row, column) =>
      row === 0 && column >= 24 && column < 34 ? ['m', '0'] : column === 70 ? ['f', '2'] : ['l', '-'],
  });

  test('intervals of a day of the zone are one cell, however long the day is', () => {
    expect(hours.cells.map(({ first, last }) => last - first + 1)).toEqual([24, 23, 24]);
  });

  test('a cell says the worst of its day, and how much is loaded', () => {
    expect(hours.cells.map(({ label }) => label)).toEqual([
      '2024-03-30: 48 loaded',
      '2024-03-31: 10 missing, 36 loaded',
      '2024-04-01: 2 failed, 46 loaded',
    ]);
    expect(hours.cells.map(({ worst, quarters }) => [worst, quarters])).toEqual([
      ['loaded', 4],
      ['never-planned', 3],
      ['failed', 3],
    ]);
  });

  test('every day stands in the row of its weekday, weeks go on to the right, the newest year comes first', () => {
    const years = calendar({ from: '2022-12-20', count: 500 });
    expect(years.sheets.map(({ title }) => title)).toEqual(['2024', '2023', '2022']);
    for (const sheet of years.sheets)
      for (const { first, row, slot } of sheet.cells) {
        const day = DateTime.fromISO('2022-12-20', { zone: 'UTC' }).plus({ days: first });
        expect(row).toBe(day.weekday - 1);
        const monday = DateTime.utc(day.year, 1, 1).startOf('week');
        expect(slot).toBe(Math.floor(day.diff(monday, 'days').days / 7));
      }
  });

  test('keys: a day up and down, a week left and right, over the border of a year', () => {
    const days = calendar({ from: '2023-01-01', count: 800 });
    expect(calendarMove(days, 400, 'ArrowUp')).toBe(399);
    expect(calendarMove(days, 400, 'ArrowDown')).toBe(401);
    expect(calendarMove(days, 362, 'ArrowRight')).toBe(369);
    expect(calendarMove(days, 3, 'ArrowLeft')).toBe(0);
    expect(calendarMove(days, 400, 'End')).toBe(799);
    expect(calendarMove(days, 400, 'x')).toBeUndefined();
  });

  test('keys: where days are left out a week leads to the next that is there', () => {
    // Mondays, Tuesdays, Thursdays …: every third day
    const sparse = calendar({ from: '2024-01-01', count: 20, step: { days: 3 } });
    expect(sparse.kind).toBe('days');
    expect(calendarMove(sparse, 0, 'ArrowRight')).toBe(3);
    expect(calendarMove(sparse, 10, 'ArrowLeft')).toBe(7);
  });
});

describe('intervals of a week or longer', () => {
  const weeks = calendar({
    from: '2022-01-02',
    count: 130,
    step: { weeks: 1 },
    cell: (_, column) => (column === 60 ? ['f', '2'] : ['l', '-']),
  });

  test('are a cell each, years × months', () => {
    expect(weeks.kind).toBe('intervals');
    expect(weeks.sheets).toHaveLength(1);
    expect(weeks.cells).toHaveLength(130);
    expect(weeks.sheets[0]!.rowTitles).toEqual(['2024', '2023', '2022']);
    const taken = weeks.cells.map(({ row, slot }) => `${row} ${slot}`);
    expect(new Set(taken).size).toBe(130);
    expect(weeks.cells[60]).toMatchObject({ worst: 'failed', label: '2023-02-26 to 2023-03-05: 1 failed' });
  });

  test('keys: one left and right, a year up and down', () => {
    expect(calendarMove(weeks, 60, 'ArrowRight')).toBe(61);
    const up = weeks.cells[calendarMove(weeks, 60, 'ArrowUp')!]!;
    expect([up.row, up.slot]).toEqual([0, weeks.cells[60]!.slot]);
    expect(calendarMove(weeks, 129, 'ArrowUp')).toBe(129);
  });
});

test('what is left out does not count as something to load', () => {
  const { cells } = calendar({
    from: '2024-01-01',
    count: 2,
    resources: ['orders', 'users'],
    cell: (row) => (row === 1 ? ['o', '0'] : ['l', '-']),
  });
  expect(cells[0]).toMatchObject({ worst: 'loaded', quarters: 4 });
});

test('the cell of a column, and ranges of whole cells in both directions', () => {
  const hours = calendar({ from: '2024-01-01', count: 240, step: { hours: 1 } });
  for (const column of [0, 23, 24, 239])
    expect(cellOfColumn(hours, column)?.index).toBe(Math.floor(column / 24));
  const [third, fifth] = [hours.cells[2]!, hours.cells[4]!];
  expect(spanOfCells(third, fifth)).toEqual({ anchor: 48, head: 119 });
  expect(spanOfCells(fifth, third)).toEqual({ anchor: 119, head: 48 });
});
