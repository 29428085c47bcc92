import type { State } from '../../../src/source';
import { LoadedFiles } from '../../../src/sources/files/loaded-files';
import { Timestamp } from '../../../src/value';

const START = Date.parse('2024-03-01T00:00:00Z');
const at = (second: number): Timestamp => Timestamp.fromMillis(START + second * 1000);

/** Adds files that are named by a number in the order of their seconds, with the cursor at the newest one. */
function added(state: State, lag: number, files: readonly (readonly [name: string, second: number])[]) {
  const loaded = new LoadedFiles(state, lag);
  let last = Number.NEGATIVE_INFINITY;
  return files.map(([name, second]) => {
    last = Math.max(last, START + second * 1000);
    loaded.add(name, at(second), last);
    return Object.keys(state['files'] as object).sort();
  });
}

describe('the files of the border that a table goes on from', () => {
  test('are those of the last instant without a lag', () => {
    expect(
      added({}, 0, [
        ['a', 1],
        ['b', 1],
        ['c', 2],
        ['d', 5],
        ['e', 5],
      ]),
    ).toEqual([['a'], ['a', 'b'], ['c'], ['d'], ['d', 'e']]);
  });

  test('with a lag are those within it, of this run and of earlier ones, whatever their order in the state', () => {
    const state: State = { files: { y: at(4).toString(), x: at(1).toString(), z: at(3).toString() } };
    expect(
      added(state, 3, [
        ['late', 2],
        ['a', 5],
        ['b', 7],
        ['c', 9],
      ]),
    ).toEqual([
      ['late', 'x', 'y', 'z'],
      ['a', 'late', 'y', 'z'],
      ['a', 'b', 'y'],
      ['b', 'c'],
    ]);
  });

  test('stay in the state of earlier runs as they are until a file is added, and what was read is not written to', () => {
    const stored = { x: at(1).toString() };
    const state: State = { files: stored };
    const loaded = new LoadedFiles(state, 0);
    expect([loaded.has('x'), loaded.has('constructor')]).toEqual([true, false]);
    expect(state['files']).toBe(stored);
    loaded.add('a', at(2), START + 2000);
    expect(state['files']).toEqual({ a: at(2).toString() });
    expect(stored).toEqual({ x: at(1).toString() });
  });

  test('are not copied for each file: a folder would take quadratic time', () => {
    const state: State = {};
    const loaded = new LoadedFiles(state, 0);
    loaded.add('a', at(1), START + 1000);
    const { files } = state;
    for (const name of ['b', 'c']) loaded.add(name, at(1), START + 1000);
    expect(state['files']).toBe(files);
    expect(Object.keys(files as object)).toEqual(['a', 'b', 'c']);
  });
});
