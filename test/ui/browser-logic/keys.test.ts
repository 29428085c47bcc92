import { type Key, type KeyCommand, keyCommand } from '../../../ui/grid/model/keys';

const size = { rows: 3, columns: 100 };
const press = (key: string, more: Partial<Key> = {}, at = { row: 1, column: 50 }): KeyCommand | undefined =>
  keyCommand({ key, shift: false, control: false, alt: false, ...more }, at, size);
const moves = (key: string, row: number, column: number, more: Partial<Key> = {}) =>
  expect(press(key, more)).toEqual({ kind: 'move', row, column, extend: more.shift ?? false });

test('arrows go to the next cell, with Shift they select', () => {
  moves('ArrowLeft', 1, 49);
  moves('ArrowRight', 1, 51);
  moves('ArrowUp', 0, 50);
  moves('ArrowDown', 2, 50);
  moves('ArrowRight', 1, 51, { shift: true });
});

test('pages are thirty intervals, Home and End the row, with Control the grid', () => {
  moves('PageUp', 1, 20);
  moves('PageDown', 1, 80);
  moves('Home', 1, 0);
  moves('End', 1, 99);
  moves('Home', 0, 0, { control: true });
  moves('End', 2, 99, { control: true, shift: true });
});

test('no step leads out of the grid', () => {
  const corner = { row: 0, column: 0 };
  expect(press('ArrowLeft', {}, corner)).toMatchObject(corner);
  expect(press('ArrowUp', {}, corner)).toMatchObject(corner);
  expect(press('PageUp', {}, corner)).toMatchObject(corner);
  expect(press('PageDown', {}, { row: 2, column: 95 })).toMatchObject({ row: 2, column: 99 });
});

test('Enter opens, the space bar selects, Escape clears, n and p look for gaps', () => {
  expect(press('Enter')).toEqual({ kind: 'open' });
  expect(press(' ')).toEqual({ kind: 'select' });
  expect(press('Escape')).toEqual({ kind: 'clear' });
  expect(press('n')).toEqual({ kind: 'gap', direction: 1 });
  expect(press('p')).toEqual({ kind: 'gap', direction: -1 });
});

test('keys of the browser and of others stay theirs', () => {
  for (const key of ['Tab', 'a', 'F5']) expect(press(key)).toBeUndefined();
  for (const key of ['n', 'p', 'ArrowLeft', 'Enter']) expect(press(key, { control: true })).toBeUndefined();
  expect(press('ArrowLeft', { alt: true })).toBeUndefined();
});

test('a grid without cells has no keys', () => {
  const key = { key: 'Home', shift: false, control: false, alt: false };
  expect(keyCommand(key, { row: 0, column: 0 }, { rows: 0, columns: 0 })).toBeUndefined();
});
