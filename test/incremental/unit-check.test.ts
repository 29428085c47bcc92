import {
  type CursorType,
  checkCursorUnit,
  type IncrementalOptions,
  incremental,
} from '../../src/incremental';
import { bind, row } from './bind-for-test';

const week = { start: '2024-02-04T00:00:00Z', end: '2024-02-11T00:00:00Z' };
const SECONDS = 1707004800;

function check(type: CursorType, values: readonly unknown[], interval: typeof week | undefined = week): void {
  const options = { cursor: 'ts', type, initialValue: 0, allowExternalSchedulers: true };
  const definition = incremental(options as IncrementalOptions<unknown> & { readonly type?: never });
  const bound = bind(definition, { interval });
  bound.accept(values.map((value, id) => row(id, value)));
  checkCursorUnit(bound);
}

describe('the unit of a joined cursor', () => {
  test('is wrong where every value is about 1,000 times the range', () => {
    for (const type of ['unix', 'unixFloat'] as const)
      expect(() => check(type, [SECONDS * 1000, SECONDS * 900])).toThrow(
        expect.objectContaining({
          code: 'CURSOR_UNIT_MISMATCH',
          message: expect.stringMatching(/"ts".*about 1,000 times the range.*in seconds.*type: 'unixMs'/),
        }),
      );
  });

  test('is wrong where every value is about a thousandth of the range', () => {
    expect(() => check('unixMs', [SECONDS, SECONDS + 1])).toThrow(
      /a thousandth of.*in milliseconds.*type: 'unix'/,
    );
  });

  test('is right where one value fits, in range or not', () => {
    check('unix', [SECONDS + 1]);
    check('unix', [SECONDS * 1000, SECONDS - 1e8]);
    check('unixMs', [SECONDS, SECONDS * 1000]);
    check('unix', [0, SECONDS * 1000]);
    check('unix', []);
  });

  test('is told from big integers too', () => {
    expect(() => check('unix', [BigInt(SECONDS) * 1000n])).toThrow(/unixMs/);
  });

  test('is not asked near 1970, nor without a scheduler', () => {
    check('unix', [100_000], { start: '1970-01-01T00:00:10Z', end: '1970-01-01T00:02:00Z' });
    const bound = bind(incremental({ cursor: 'ts', type: 'unix', initialValue: SECONDS }));
    bound.accept([row(1, SECONDS * 1000)]);
    expect(() => checkCursorUnit(bound)).not.toThrow();
  });
});
