import { axisOf } from '../../../ui/grid/model/axis';
import { gridModel } from '../../../ui/grid/model/grid-model';
import { PITCH } from '../../../ui/grid/model/layout';
import { makeView } from './views';

const axis = (options: Parameters<typeof makeView>[0], first = 0, last = options.count - 1) =>
  axisOf(gridModel(makeView(options)), { first, last });

test('weeks: months above, the day on which each begins below', () => {
  const { spans, ticks } = axis({ from: '2023-04-23', count: 4, step: { weeks: 1 } });
  expect(spans).toEqual([
    { first: 0, last: 1, text: 'Apr 2023' },
    { first: 2, last: 3, text: 'May 2023' },
  ]);
  expect(ticks.map(({ text }) => text)).toEqual(['23', '30', '7', '14']);
});

test('hours: days of the zone above, and times that stand apart', () => {
  const { spans, ticks } = axis({
    from: '2024-10-26T00:00',
    zone: 'Europe/Berlin',
    count: 49,
    step: { hours: 1 },
  });
  // the clocks are put back on the 27th: it has 25 hours
  expect(spans).toEqual([
    { first: 0, last: 23, text: '26 Oct 2024' },
    { first: 24, last: 48, text: '27 Oct 2024' },
  ]);
  expect(ticks.slice(0, 3).map(({ text }) => text)).toEqual(['00:00', '03:00', '06:00']);
  for (const [index, { column }] of ticks.slice(1).entries())
    expect((column - ticks[index]!.column) * PITCH).toBeGreaterThanOrEqual(44);
});

test('months: years above, numbers of months below', () => {
  const { spans, ticks } = axis({ from: '2022-11-01', count: 4, step: { months: 1 } });
  expect(spans.map(({ text }) => text)).toEqual(['2022', '2023']);
  expect(ticks.map(({ text }) => text)).toEqual(['11', '12', '1', '2']);
});

test('a part of the axis is what all of it has there', () => {
  const options = { from: '2024-01-01', count: 400 };
  const all = axis(options);
  const part = axis(options, 120, 239);
  expect(part.ticks).toEqual(all.ticks.filter(({ column }) => column >= 120 && column <= 239));
  expect(part.spans.map(({ text }) => text)).toEqual(
    all.spans.filter(({ first, last }) => last >= 120 && first <= 239).map(({ text }) => text),
  );
});
