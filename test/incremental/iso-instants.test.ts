import { type IncrementalOptions, incremental } from '../../src/incremental';
import { pointOf } from '../../src/incremental/iso-point';
import { bind, row } from './bind-for-test';

type Loose = IncrementalOptions<unknown> & { readonly type?: never };
const onTs = (options: Record<string, unknown> = {}) =>
  incremental({ cursor: 'ts', type: 'iso', ...options } as unknown as Loose);

/** The rows of one run by their ids, each text a row; ids run from 0. */
const ids = (rows: readonly unknown[]): unknown[] => rows.map((one) => (one as { id: unknown }).id);
const rowsOf = (texts: readonly unknown[]): unknown[] => texts.map((text, id) => row(id, text));

const FORMS = [
  '2024-01-01T00:00:05Z',
  '2024-01-01T00:00:05.000Z',
  '2024-01-01T00:00:05+00:00',
  '2024-01-01T00:00:05+0000',
  '2024-01-01T00:00:05+00',
  '2024-01-01T00:00:05',
  '2024-01-01 00:00:05',
  '2024-01-01T02:00:05+02:00',
  '2023-12-31T15:00:05-0900',
  '2024-01-01 00:00:05,000000000Z',
];

describe('texts that name one instant are one cursor value', () => {
  const interval = { start: '2024-01-01T00:00:05Z', end: '2024-01-01T00:00:06Z' };

  test.each(FORMS)('%s is at the start of an interval, and in it', (text) => {
    const bound = bind(onTs({ allowExternalSchedulers: true }), { interval });
    expect(ids(bound.accept([row(1, text)]))).toEqual([1]);
  });

  test.each(FORMS)('%s is at the end of an interval, and out of it', (text) => {
    const bound = bind(onTs({ allowExternalSchedulers: true }), {
      interval: { start: '2024-01-01T00:00:00Z', end: interval.start },
    });
    expect([bound.accept([row(1, text)]), bound.endOutOfRange]).toEqual([[], true]);
  });

  test.each(FORMS)('%s is the boundary row of the run before', (text) => {
    const first = bind(onTs());
    first.accept([row(1, '2024-01-01T00:00:05Z')]);
    const second = bind(onTs(), { stored: first.state() });
    expect(ids(second.accept([row(1, text), row(2, text)]))).toEqual([2]);
    // it did not move, so it stays as the row that moved it wrote it
    expect(second.state()?.last_value).toBe('2024-01-01T00:00:05Z');
    expect(second.state()?.unique_hashes).toHaveLength(2);
  });

  test.each(FORMS)('%s as a stored cursor, of this or of an earlier version', (text) => {
    const bound = bind(onTs(), {
      stored: { initial_value: null, last_value: text, unique_hashes: [] },
    });
    expect(bound.startValue).toBe(text);
    const rows = ['2024-01-01T00:00:04.999Z', ...FORMS, '2024-01-01T00:00:05.5Z'];
    expect(ids(bound.accept(rowsOf(rows)))).toEqual(rows.map((_, id) => id).slice(1));
    expect(bound.state()?.last_value).toBe('2024-01-01T00:00:05.5Z');
  });
});

test.each([
  ['Z', 'T', 'Z'],
  ['+0000', 'T', '+0000'],
  ['naive with T', 'T', ''],
  ['naive with a space', ' ', ''],
])('a day of hours written %s is loaded whole', (_name, separator, suffix) => {
  const interval = { start: '2024-01-01T00:00:00Z', end: '2024-01-04T00:00:00Z' };
  const texts = Array.from({ length: 120 }, (_, hour) => {
    const iso = new Date(Date.UTC(2023, 11, 31) + hour * 3_600_000).toISOString();
    return `${iso.slice(0, 10)}${separator}${iso.slice(11, 19)}${suffix}`;
  });
  const bound = bind(onTs({ allowExternalSchedulers: true }), { interval });
  expect(ids(bound.accept(rowsOf(texts)))).toEqual(Array.from({ length: 72 }, (_, at) => at + 24));
});

test('a fraction is later than its second, however many digits it has', () => {
  const bound = bind(onTs({ initialValue: '2024-01-01T00:00:00Z' }));
  const texts = ['00.000', '05', '05.5', '05.500000001', '05.5000000011', '05.51', '06'];
  for (const [id, text] of texts.entries()) {
    expect(bound.accept([row(id, `2024-01-01T00:00:${text}Z`)])).toHaveLength(1);
    expect(bound.lastValue).toBe(id === 0 ? '2024-01-01T00:00:00Z' : `2024-01-01T00:00:${text}Z`);
  }
});

test.each(['2024-01-01T00:00:00Z', '2024-01-01T00:00:00', '2024-01-01 00:00', '2024-01-01'])(
  'an initial value %s says that texts are instants',
  (initialValue) => {
    const bound = bind(incremental({ cursor: 'ts', initialValue }));
    const rows = rowsOf([
      '2023-12-31T23:59:59.9Z',
      '2024-01-01T01:30:00+02:00',
      ...FORMS,
      '2024-01-01 00:00:05.5',
    ]);
    expect(ids(bound.accept(rows))).toEqual([2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
    expect(bound.lastValue).toBe('2024-01-01 00:00:05.5');
  },
);

test.each<[string, Record<string, unknown>]>([
  ["type 'text'", { type: 'text', initialValue: '2024-01-01T00:00:05Z' }],
  ['an initial value that is other text', { type: undefined, initialValue: '2024-01-01T00:00:05Z!' }],
  ['neither type nor initial value', { type: undefined }],
])('%s compares as text', (_name, options) => {
  const bound = bind(onTs(options));
  bound.accept(rowsOf(['2024-01-01T00:00:05.5Z', '2024-01-01T00:00:05Z', '2024-01-01T00:00:05Z~', 'draft']));
  expect(bound.lastValue).toBe('draft');
});

test('min goes back in time', () => {
  const bound = bind(onTs({ lastValueFunc: 'min', initialValue: '2024-01-01T00:00:05Z' }));
  const rows = rowsOf(['2024-01-01T00:00:05.1Z', '2024-01-01T01:00:05.000+01:00', '2024-01-01T00:00:04.9Z']);
  expect([ids(bound.accept(rows)), bound.lastValue]).toEqual([[1, 2], '2024-01-01T00:00:04.9Z']);
  expect(bound.seenRange).toEqual({ smallest: '2024-01-01T00:00:04.9Z', largest: '2024-01-01T00:00:05.1Z' });
});

test.each<['open' | 'closed', 'open' | 'closed', unknown[]]>([
  ['closed', 'open', [1, 2]],
  ['open', 'open', [2]],
  ['closed', 'closed', [1, 2, 3]],
])(
  'a range with start %s and end %s, written in other forms than the rows',
  (rangeStart, rangeEnd, expected) => {
    const bound = bind(
      onTs({
        ...{ rangeStart, rangeEnd },
        ...{ initialValue: '2024-01-01T00:00:00+00:00', endValue: '2024-01-02 00:00:00' },
      }),
    );
    const rows = rowsOf([
      '2024-01-01T00:59:59+0100',
      '2024-01-01 00:00:00',
      '2024-01-01T12:00:00.5Z',
      '2024-01-02T09:00:00+09:00',
      '2024-01-02T00:00:00.001Z',
    ]);
    expect(ids(bound.accept(rows))).toEqual(expected);
  },
);

test('equal bounds in two forms are an empty range, and an end before the start is refused', () => {
  const range = (initialValue: string, endValue: string) => bind(onTs({ initialValue, endValue }));
  expect(range('2024-01-01T00:00:00Z', '2024-01-01T02:00:00+02:00').emptyRange).toBe(true);
  expect(() => range('2024-01-01T00:00:00Z', '2024-01-01T01:00:00+02:00')).toThrow(
    expect.objectContaining({ code: 'INCREMENTAL_INVALID' }),
  );
});

test('a lag keeps the form, and never passes an initial value of another form', () => {
  const lagged = (lastValue: string) =>
    bind(onTs({ lag: 3600, initialValue: '2024-01-01T00:00:00Z' }), {
      stored: { initial_value: '2024-01-01T00:00:00Z', last_value: lastValue, unique_hashes: [] },
    }).startValue;
  expect(lagged('2024-01-01 05:00:00')).toBe('2024-01-01 04:00:00');
  expect(lagged('2024-01-01T05:00:00.25+0200')).toBe('2024-01-01T04:00:00.25+0200');
  expect(lagged('2024-01-01T02:30:00+02:00')).toBe('2024-01-01T00:00:00Z');
});

describe('a text that is no instant', () => {
  const refused = (work: () => unknown, message: RegExp) =>
    expect(work).toThrow(
      expect.objectContaining({ code: 'CURSOR_COERCION', message: expect.stringMatching(message) }),
    );

  test('is refused in a joined interval, wherever it stands, naming the row', () => {
    const interval = { start: '2024-01-01T00:00:00Z', end: '2024-01-02T00:00:00Z' };
    for (const text of [
      'soon',
      '',
      '2024-02-30T00:00:00Z',
      '2024-01-01T24:00:00Z',
      '01/01/2024',
      '2024-01-01T00:00:00z',
    ]) {
      const bound = bind(onTs({ allowExternalSchedulers: true }), { interval });
      bound.accept(rowsOf(['2024-01-01T01:00:00Z', '2024-01-01T02:00:00Z']));
      refused(
        () => bound.accept([row(7, '2024-01-01T03:00:00Z'), row(8, text)]),
        /^Row 2 of page 2 \(id "8" \(number\)\) has the value ".*" \(text\).*no ISO instant.*type: 'text'/,
      );
    }
  });

  test.each([{ initialValue: '2024-01-01T00:00:00Z' }, {}])(
    'is refused after instants, with %p',
    (options) => {
      const bound = bind(onTs(options));
      refused(() => bound.accept(rowsOf(['2024-01-01T01:00:00Z', 'never'])), /Row 2 of page 1/);
    },
  );

  test('is text where no instant was met, and then an instant is refused', () => {
    const bound = bind(onTs());
    expect(bound.accept(rowsOf(['a', 'c', 'b']))).toHaveLength(3);
    expect(bound.lastValue).toBe('c');
    refused(
      () => bound.accept([row(9, '2024-01-01T01:00:00Z')]),
      /Row 1 of page 2 \(id "9".*is an ISO instant/,
    );
  });
});

/** Mulberry32, so that every run of this test is the same. */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** An instant in nanoseconds, written in one of the forms that can hold it. */
function write(nanos: bigint, next: () => number): string {
  const quarters = Math.floor(next() * 113) - 56;
  const zoned = next() < 0.5;
  const wall = nanos + (zoned ? BigInt(quarters) * 900_000_000_000n : 0n);
  const seconds = wall / 1_000_000_000n;
  const iso = new Date(Number(seconds) * 1000).toISOString();
  const fraction = String(wall % 1_000_000_000n)
    .padStart(9, '0')
    .replace(/0+$/, '');
  const digits = fraction.padEnd(next() < 0.5 ? fraction.length : Math.floor(next() * 12), '0');
  const minutes = Math.abs(quarters) * 15;
  const [hh, mm] = [Math.floor(minutes / 60), minutes % 60].map((part) => String(part).padStart(2, '0'));
  const offset = `${quarters < 0 ? '-' : '+'}${hh}${next() < 0.5 ? ':' : ''}${mm}`;
  const utc = ['Z', '', '+00:00', '+0000', '-00'][Math.floor(next() * 5)];
  return `${iso.slice(0, 10)}${next() < 0.5 ? 'T' : ' '}${iso.slice(11, 19)}${digits === '' ? '' : `${next() < 0.9 ? '.' : ','}${digits}`}${zoned ? offset : utc}`;
}

test.each([1, 2, 3, 4, 5, 6, 7, 8])('random instants in random forms, seed %i', (seed) => {
  const next = random(seed);
  const base = BigInt(Date.UTC(2024, 1, 28, 22)) * 1_000_000n;
  const steps = [1_000_000_000n, 500_000_000n, 1n][seed % 3]!;
  const instant = (): bigint => base + BigInt(Math.floor(next() * 40)) * steps;
  for (let round = 0; round < 60; round++) {
    const isMax = round % 2 === 0;
    const [start, end] = [instant(), instant()].sort((a, b) => (a < b === isMax ? -1 : 1)) as [
      bigint,
      bigint,
    ];
    const stateless = round % 3 === 0;
    const bound = bind(
      onTs({
        lastValueFunc: isMax ? 'max' : 'min',
        primaryKey: [],
        initialValue: write(start, next),
        endValue: stateless ? write(end, next) : null,
      }),
    );
    const beyond = (a: bigint, b: bigint): boolean => (isMax ? a > b : a < b);
    const values = Array.from({ length: 30 }, instant);
    const rows = values.map((nanos, id) => row(id, write(nanos, next)));
    const expected = values.flatMap((nanos, id) =>
      beyond(start, nanos) || (stateless && !beyond(end, nanos)) ? [] : [id],
    );
    expect([...ids(bound.accept(rows.slice(0, 11))), ...ids(bound.accept(rows.slice(11)))]).toEqual(expected);
    let last = start;
    let text = bound.startValue;
    for (const id of expected)
      if (beyond(values[id]!, last)) [last, text] = [values[id]!, (rows[id] as { ts: unknown }).ts];
    expect(bound.lastValue).toBe(text);
  }
});

test('a text is read to the fifteenth digit of its second', () => {
  expect(pointOf('1969-12-31T23:59:59.1234567890123456Z')).toEqual({
    seconds: -1,
    fraction: 123_456_789_012_345,
  });
  expect(pointOf('2024-01-01T00:00+01:00')).toEqual(pointOf('2023-12-31T23:00:00.0Z'));
  expect(pointOf('0001-01-01T00:00:00Z')).toEqual({ seconds: -62_135_596_800, fraction: 0 });
});
