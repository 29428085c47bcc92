import { type ExtractOptions, extractOnce } from './extract-once';
import { emulator, ids, source, start } from './zendesk-harness';

describe('the Zendesk source where the API holds back the last minute', () => {
  const end = '2023-01-02T00:00:00Z';
  const interval = { start: '2023-01-01T00:00:00Z', end };

  /** A run whose clock moves the emulator's along. */
  const extract = (clockFrom: string, options: Omit<ExtractOptions, 'clockFrom' | 'onTime'>) => {
    const onTime = (now: number): void => emulator.setNow(now / 1000);
    onTime(Date.parse(clockFrom));
    const prepared = source({ settleSeconds: 60 }).prepare();
    return extractOnce(prepared, 'ticket_events', { ...options, clockFrom, onTime });
  };
  const dense = { to: '2023-01-02T00:00:00Z', perDay: { ticket_events: 8640 }, settleSeconds: 60 };

  test('a run that starts at the end of its interval waits for it', async () => {
    await start(dense);
    const { rows, waits } = await extract(end, { interval, now: end });
    expect(ids(rows)).toEqual(
      ids(emulator.expected({ from: interval.start, to: interval.end }).ticket_events),
    );
    expect(waits[0]).toMatchObject({ reason: 'requested', remainingMs: 60_000 });
  });

  test('a run that starts later does not wait', async () => {
    await start(dense);
    const { rows, waits } = await extract('2023-01-02T00:01:00Z', { interval, now: end });
    expect(ids(rows)).toEqual(
      ids(emulator.expected({ from: interval.start, to: interval.end }).ticket_events),
    );
    expect(waits).toEqual([]);
  });

  test('an interval of a few seconds is asked for after the minute, not refused as too recent', async () => {
    await start(dense);
    const short = { start: '2023-01-01T23:59:30Z', end };
    const { rows } = await extract(end, { interval: short, now: end });
    expect(ids(rows)).toEqual(ids(emulator.expected({ from: short.start, to: end }).ticket_events));
  });

  test('a run without an end does not wait, and the next one goes on', async () => {
    await start(dense);
    const now = '2024-06-01T00:00:00Z';
    const first = await extract('2023-01-01T12:00:00Z', { now });
    expect(first.waits).toEqual([]);
    const again = await extract('2023-01-01T12:00:01Z', { now, stored: first.cursors });
    const last = await extract('2023-01-02T01:00:00Z', { now, stored: again.cursors });
    expect(ids([...first.rows, ...again.rows, ...last.rows])).toEqual(ids(emulator.expected().ticket_events));
  });
});
