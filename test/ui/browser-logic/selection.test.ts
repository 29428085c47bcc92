import {
  initialSelection,
  moveSelection,
  overlap,
  reduceSelection,
  type Selection,
  type SelectionEvent,
  selectedColumns,
} from '../../../ui/grid/model/selection';

const after = (...events: readonly SelectionEvent[]): Selection =>
  events.reduce(reduceSelection, initialSelection(26));

test('it begins at the newest interval, with nothing selected', () => {
  const selection = initialSelection(26);
  expect(selection.column).toBe(25);
  expect(selectedColumns(selection)).toBeUndefined();
});

test('steps with Shift select from where the first of them began, forth and back', () => {
  const start = { kind: 'focus', row: 1, column: 10 } as const;
  const extend = (column: number) => ({ kind: 'extend', row: 1, column }) as const;
  expect(selectedColumns(after(start, extend(11), extend(12)))).toEqual({ first: 10, last: 12 });
  expect(selectedColumns(after(start, extend(11), extend(9)))).toEqual({ first: 9, last: 10 });
});

test('a step without Shift keeps the selection; the next one with Shift begins another', () => {
  const walked = after(
    { kind: 'pick', row: 0, column: 3 },
    { kind: 'extend', row: 0, column: 5 },
    { kind: 'focus', row: 0, column: 20 },
  );
  expect(selectedColumns(walked)).toEqual({ first: 3, last: 5 });
  const next = reduceSelection(walked, { kind: 'extend', row: 0, column: 21 });
  expect(selectedColumns(next)).toEqual({ first: 20, last: 21 });
});

test('a click selects one; with Shift up to there; Escape nothing', () => {
  const picked = after({ kind: 'pick', row: 2, column: 8 });
  expect(selectedColumns(picked)).toEqual({ first: 8, last: 8 });
  const range = reduceSelection(picked, { kind: 'extend', row: 0, column: 4 });
  expect([range.row, range.column, selectedColumns(range)]).toEqual([0, 4, { first: 4, last: 8 }]);
  expect(selectedColumns(reduceSelection(range, { kind: 'clear' }))).toBeUndefined();
});

test('a span of days goes on from its anchor', () => {
  const span = after({ kind: 'span', anchor: 5, head: 9, column: 5 });
  expect(selectedColumns(span)).toEqual({ first: 5, last: 9 });
  expect(selectedColumns(reduceSelection(span, { kind: 'extend', row: 0, column: 12 }))).toEqual({
    first: 5,
    last: 12,
  });
});

test('after a new reading the same intervals are selected, within what there is', () => {
  const range = after({ kind: 'pick', row: 2, column: 0 }, { kind: 'extend', row: 2, column: 5 });
  const moved = moveSelection(range, { rows: 2, columns: 26 }, (column) => column - 2);
  expect([moved.row, moved.column, selectedColumns(moved)]).toEqual([1, 3, { first: 0, last: 3 }]);
});

test('the part of a range that lies in a block', () => {
  const block = { first: 24, last: 47 };
  expect(overlap({ first: 10, last: 30 }, block)).toEqual({ first: 24, last: 30 });
  expect(overlap({ first: 0, last: 100 }, block)).toEqual(block);
  expect(overlap({ first: 48, last: 50 }, block)).toBeUndefined();
  expect(overlap(undefined, block)).toBeUndefined();
});
