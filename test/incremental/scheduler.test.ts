import { DateTime } from 'luxon';
import { type CursorType, type IncrementalOptions, incremental } from '../../src/incremental';
import type { Interval, RunRange } from '../../src/interval';
import { PlainDate, Timestamp } from '../../src/value';
import { at, bind, row } from './bind-for-test';

const week: Interval = { start: '2024-02-04T00:00:00Z', end: '2024-02-11T00:00:00Z' };
const stored = { initial_value: 1, last_value: 5, unique_hashes: [] };

const joining = (options: { type?: CursorType; initialValue?: unknown; endValue?: unknown } = {}) =>
  incremental({ cursor: 'ts', allowExternalSchedulers: true, ...options } as IncrementalOptions<unknown> & {
    readonly type?: never;
  });

function warnings(
  options: Parameters<typeof joining>[0],
  interval: Interval | undefined,
  env = {},
): string[] {
  const said: string[] = [];
  bind(joining(options), { interval, env, warn: (message) => said.push(message) });
  return said;
}

describe('a data interval', () => {
  test.each<[CursorType, unknown, unknown]>([
    ['unix', 1707004800, 1707609600],
    ['unixMs', 1707004800000, 1707609600000],
    ['unixFloat', 1707004800, 1707609600],
    ['iso', '2024-02-04T00:00:00+00:00', '2024-02-11T00:00:00+00:00'],
    ['date', new PlainDate('2024-02-04'), new PlainDate('2024-02-11')],
    ['datetime', DateTime.utc(2024, 2, 4), DateTime.utc(2024, 2, 11)],
  ])('becomes bounds of type %s', (type, start, end) => {
    const bound = bind(joining({ type }), { interval: week, stored });
    expect([bound.startValue, bound.lastValue, bound.endValue]).toEqual([start, start, end]);
    expect([bound.joined, bound.stateless, bound.state()]).toEqual([true, true, undefined]);
  });

  test('keeps the class of the initial value that told the type', () => {
    const bound = bind(joining({ initialValue: new Date(0) }), { interval: week });
    expect(bound.startValue).toEqual(new Date('2024-02-04T00:00:00Z'));
  });

  test('covers the range that it gave', () => {
    expect(bind(joining({ type: 'unix' }), { interval: week }).covered).toEqual({
      start: at(week.start),
      end: at('2024-02-11T00:00:00Z'),
    });
  });

  test('of which start and end are one reaches till now, and at now itself is empty', () => {
    const manual = { start: week.start, end: week.start };
    expect(bind(joining({ type: 'unix' }), { interval: manual }).endValue).toBe(1717200000);
    const now = at('2024-06-01T00:00:00Z');
    const empty = bind(joining({ type: 'unix' }), {
      interval: { start: now.toString(), end: now.toString() },
    });
    expect([empty.emptyRange, empty.accept([row(1, 1717200000)])]).toEqual([true, []]);
  });

  test('is not asked of an incremental that does not allow it', () => {
    const bound = bind(incremental({ cursor: 'ts', type: 'unix', initialValue: 1 }), { interval: week });
    expect([bound.joined, bound.startValue]).toEqual([false, 1]);
  });

  test('widens by less than a millisecond where the author reads milliseconds, and rows are held to the microsecond', () => {
    const interval = { start: '2024-02-04T00:00:00.000400Z', end: '2024-02-04T00:00:00.000600Z' };
    const bound = bind(joining({ type: 'datetime' }), { interval });
    expect([bound.startValue, bound.endValue].map(String)).toEqual([
      '2024-02-04T00:00:00.000Z',
      '2024-02-04T00:00:00.001Z',
    ]);
    const rows = [399n, 400n, 599n, 600n].map((micros) =>
      row(micros, new Timestamp(1707004800000000n + micros)),
    );
    expect(bound.accept(rows)).toEqual([rows[1], rows[2]]);
  });

  test('must be ISO text', () => {
    expect(() => bind(joining({ type: 'unix' }), { interval: { start: 'monday', end: week.end } })).toThrow(
      expect.objectContaining({ code: 'INSTANT_INVALID' }),
    );
  });
});

describe('an incremental that cannot join goes on from its state, and a warning names the cure', () => {
  test.each<[Parameters<typeof joining>[0], RegExp]>([
    [{}, /neither type nor initialValue is given\. Declare it, for instance type: 'unix'/],
    [{ initialValue: true }, /initialValue is not a time\. Declare it/],
    [{ initialValue: 'k0001' }, /initialValue "k0001" is text but not an ISO instant.*'iso'/],
    [{ initialValue: '2024-01-01' }, /'date' for days/],
    [{ initialValue: '2024-01-01T00:00:00' }, /'datetime' for any other form/],
    [{ type: 'text' }, /type 'text' is not a time/],
    [{ type: 'integer', initialValue: 0 }, /type 'integer' is not a time.*'unix' or 'unixMs'/],
  ])('%p', (options, message) => {
    expect(warnings(options, week)).toEqual([expect.stringMatching(message)]);
    const bound = bind(joining({ type: 'integer', initialValue: 0 }), {
      interval: week,
      stored,
      warn: () => undefined,
    });
    expect([bound.joined, bound.stateless, bound.startValue]).toEqual([false, false, 5]);
  });

  test('the same for a start from the environment', () => {
    expect(warnings({}, undefined, { DLT_START_VALUE: '1' })).toEqual([
      expect.stringMatching(/DLT_START_VALUE/),
    ]);
  });
});

describe('in mode incremental', () => {
  const first: Partial<RunRange> = { mode: 'incremental', start: week.start };

  test('the start is the initial value of a first run, which keeps state', () => {
    const bound = bind(joining({ type: 'unix', initialValue: 7, endValue: 9 }), { range: first });
    expect([bound.initialValue, bound.startValue, bound.endValue]).toEqual([
      1707004800,
      1707004800,
      undefined,
    ]);
    expect(bound.accept([row(1, 1707004799), row(2, 1707004801)])).toHaveLength(1);
    expect(bound.state()).toMatchObject({ initial_value: 1707004800, last_value: 1707004801 });
  });

  test('a stored cursor beats it', () => {
    expect(bind(joining({ type: 'unix' }), { range: first, stored }).startValue).toBe(5);
  });
});

describe('the environment', () => {
  const from = (type: CursorType, text: string) =>
    bind(joining({ type }), { env: { DLT_START_VALUE: text } }).exact.initialValue;

  test.each<[CursorType, string, unknown]>([
    ['unix', ' 12 ', 12],
    ['unix', '0x1F', 31],
    ['unix', '-3', -3],
    ['integer', '123456789012345678', 123456789012345678n],
    ['unixFloat', '1.5', 1.5],
    ['date', '1700000000', new PlainDate('2023-11-14')],
    ['datetime', '1700000000', at('2023-11-14T22:13:20Z')],
    ['text', ' as it is ', ' as it is '],
  ])('gives a start of type %s as "%s"', (type, text, value) => {
    expect(from(type, text)).toEqual(value);
  });

  test.each<[CursorType, string]>([
    ['unix', '1.5'],
    ['unix', ''],
    ['unixFloat', 'soon'],
    ['date', '2024-02-30'],
    ['datetime', 'yesterday'],
  ])('is refused as %s "%s", naming the variable', (type, text) => {
    expect(() => from(type, text)).toThrow(
      expect.objectContaining({
        code: 'CONFIG_INVALID',
        message: expect.stringContaining(`DLT_START_VALUE="${text}"`),
      }),
    );
  });
});
