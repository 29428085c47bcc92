import fc from 'fast-check';
import {
  type Interval,
  intervalOf,
  intervalSet,
  type Span,
  spanOf,
  subtract,
  unionOf,
} from '../../src/interval';
import { coverageOf, type Gap, type LedgerRow, PAUSED, rangeOf } from '../../src/ledger';

const day = (n: number): string => new Date(Date.UTC(2024, 0, 1 + n)).toISOString().replace('.000Z', 'Z');

function row(from: number, to: number, given: Partial<LedgerRow> = {}): LedgerRow {
  return {
    pipeline: 'p',
    source: 's',
    resource: 'r',
    generation: 0,
    interval_start: day(from),
    interval_end: day(to),
    cursor_start: null,
    cursor_end: null,
    load_key: `${from}-${to}`,
    load_id: null,
    rows: 0,
    status: 'loaded',
    error_code: null,
    error: null,
    workflow_id: null,
    run_id: null,
    attempt: null,
    committed_at: day(30),
    ...given,
  };
}

const whole = { start: day(0), end: day(10) };
const gapsOf = (rows: readonly LedgerRow[]) =>
  coverageOf(rows, whole).gaps.map(({ start, end, cause }) => [start, end, cause]);

describe('coverage', () => {
  test('of nothing is one gap that was never planned', () => {
    expect(coverageOf([], whole)).toEqual({
      covered: [],
      gaps: [{ ...whole, cause: 'never-planned', row: undefined }],
    });
  });

  test('unites neighbours and is cut to the range', () => {
    expect(coverageOf([row(-3, 1), row(1, 4), row(8, 20)], whole)).toMatchObject({
      covered: [
        { start: day(0), end: day(4) },
        { start: day(8), end: day(10) },
      ],
      gaps: [{ start: day(4), end: day(8) }],
    });
  });

  test('counts what was really covered rather than the interval', () => {
    expect(coverageOf([row(0, 10, { cursor_start: day(2), cursor_end: day(3) })], whole).covered).toEqual([
      { start: day(2), end: day(3) },
    ]);
  });

  test('tells why each part of a gap is not loaded, by the newest row', () => {
    const rows = [
      row(0, 2, { status: 'failed' }),
      row(1, 3, { status: 'skipped', error_code: PAUSED }),
      row(3, 4, { status: 'cancelled' }),
      row(5, 6, { status: 'failed' }),
      row(5, 6),
    ];
    expect(gapsOf(rows)).toEqual([
      [day(0), day(1), 'failed'],
      [day(1), day(3), 'paused'],
      [day(3), day(4), 'cancelled'],
      [day(4), day(5), 'never-planned'],
      [day(6), day(10), 'never-planned'],
    ]);
  });

  test('of a newer generation owes nothing to the older one but the word superseded', () => {
    const rows = [
      row(0, 5, { status: 'superseded' }),
      row(5, 10, { status: 'failed' }),
      row(0, 2, { generation: 1 }),
    ];
    expect(gapsOf(rows)).toEqual([
      [day(2), day(5), 'superseded'],
      [day(5), day(10), 'never-planned'],
    ]);
  });

  test('and gaps together are the range, without overlap', () => {
    const status = fc.constantFrom('loaded', 'failed', 'skipped', 'superseded', 'cancelled');
    const rows = fc.array(
      fc.tuple(fc.integer({ min: -2, max: 12 }), fc.integer({ min: 1, max: 5 }), status),
      { maxLength: 12 },
    );
    fc.assert(
      fc.property(rows, (given) => {
        const { covered, gaps } = coverageOf(
          given.map(([from, length, state]) =>
            row(from, from + length, { status: state } as Partial<LedgerRow>),
          ),
          whole,
        );
        const span = (range: { start: string; end: string }): number =>
          Date.parse(range.end) - Date.parse(range.start);
        const sum = [...covered, ...gaps].reduce((total, range) => total + span(range), 0);
        expect(sum).toBe(span(whole));
        expect(unionOf(intervalSet(covered), gaps)).toEqual([whole]);
      }),
    );
  });

  test('is what one finds by asking each row in turn, the newest first', () => {
    const rows = fc.array(
      fc.record({
        from: fc.integer({ min: -2, max: 12 }),
        // an empty range, and one that lies within a day
        length: fc.constantFrom(0, 0.25, 1, 2, 5, 9),
        status: fc.constantFrom('loaded', 'failed', 'skipped', 'superseded', 'cancelled', 'reset'),
        generation: fc.constantFrom(0, 0, 0, 1),
        dated: fc.constantFrom(true, true, true, false),
      }),
      { maxLength: 14 },
    );
    fc.assert(
      fc.property(rows, (given) => {
        const ledger = given.map(({ from, length, status, generation, dated }, index) =>
          row(from, from + length, {
            status: status as LedgerRow['status'],
            generation,
            load_key: String(index),
            ...(dated ? {} : { interval_start: null, interval_end: null }),
          }),
        );
        expect(coverageOf(ledger, whole).gaps).toEqual(plainGaps(ledger, whole));
      }),
      { numRuns: 500 },
    );
  });
});

/** What {@link coverageOf} is to find, gap by gap and row by row. */
function plainGaps(rows: readonly LedgerRow[], range: Interval): Gap[] {
  const newest = Math.max(0, ...rows.map(({ generation }) => generation));
  const loaded = rows.flatMap((one) => (one.status === 'loaded' ? (rangeOf(one) ?? []) : []));
  const causes = rows.filter(
    ({ status, generation }) =>
      !['loaded', 'reset'].includes(status) && (generation === newest || status === 'superseded'),
  );
  return subtract([range], intervalSet(loaded)).flatMap((gap) => {
    let bare: Span[] = [spanOf(gap)];
    const parts: Gap[] = [];
    for (const one of causes.toReversed()) {
      const own = rangeOf(one);
      if (own === undefined) continue;
      const taken = spanOf(own);
      const left: Span[] = [];
      for (const span of bare) {
        const part = { start: Math.max(span.start, taken.start), end: Math.min(span.end, taken.end) };
        if (part.start >= part.end) {
          left.push(span);
          continue;
        }
        parts.push({ ...intervalOf(part), cause: one.status as Gap['cause'], row: one });
        if (span.start < part.start) left.push({ start: span.start, end: part.start });
        if (part.end < span.end) left.push({ start: part.end, end: span.end });
      }
      bare = left;
    }
    const unknown = bare.map(
      (span): Gap => ({ ...intervalOf(span), cause: 'never-planned', row: undefined }),
    );
    return [...parts, ...unknown].sort((a, b) => spanOf(a).start - spanOf(b).start);
  });
}
