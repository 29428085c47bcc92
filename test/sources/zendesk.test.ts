import { DateTime } from 'luxon';
import type { ConfigInput, PreparedSource, Source } from '../../src/source';
import { zendesk } from '../../src/sources/zendesk';
import { freshPlace, temporaryFolder } from '../pipeline/harness';
import { type ExtractOptions, extractOnce } from './extract-once';
import { type Config, emulator, failThenGoOn, ids, source, start } from './zendesk-harness';

const folder = temporaryFolder();

/** One run of one resource, as a pipeline would make it. */
const extract = (prepared: PreparedSource, resource: string, options: Partial<ExtractOptions> = {}) =>
  extractOnce(prepared, resource, { now: '2024-06-01T00:00:00Z', ...options });

describe('the Zendesk source', () => {
  const exports = ['tickets', 'ticket_events', 'ticket_metric_events'] as const;

  test.each(exports)(
    'loads each row of %s once, though pages repeat rows of their last second',
    async (name) => {
      await start({ to: '2023-01-20T00:00:00Z' });
      const { rows } = await extract(source().prepare(), name);
      expect(rows).toEqual(emulator.expected()[name]);
      const served = emulator.served()[name];
      if (served.pages > 1) expect(served.rows).toBeGreaterThan(served.distinct);
      expect(served.distinct).toBe(rows.length);
    },
  );

  test('asks for pages of 1000 and follows next_page as it is', async () => {
    await start({ to: '2023-01-11T00:00:00Z' });
    await extract(source().prepare(), 'ticket_events');
    expect(emulator.log[0]).toBe('/api/v2/incremental/ticket_events.json?start_time=946684800&per_page=1000');
    expect(emulator.served().ticket_events.requests).toBe(
      Math.ceil(emulator.expectedCounts().ticket_events! / 999),
    );
  });

  test.each(['ticket_events', 'ticket_metric_events'] as const)(
    'of %s goes on at the link of its last checkpoint after a failure',
    async (name) => {
      await start({ to: '2023-01-20T00:00:00Z' });
      const resumed = source().withResources(name) as unknown as Source;
      const { first, second, before, after } = await failThenGoOn(freshPlace(folder), resumed);
      expect(first).toMatchObject({ status: 'failed' });
      expect(second).toMatchObject({ status: 'loaded', rows: emulator.expectedCounts()[name] });
      expect(before).toHaveLength(2);
      expect(after[0]).toBe(before[1]);
    },
  );

  test('by intervals, in any order, gives the rows of each interval and no other', async () => {
    await start({ to: '2023-02-01T00:00:00Z' });
    const prepared = source().prepare();
    for (const day of [20, 3, 11]) {
      const interval = {
        start: `2023-01-${String(day).padStart(2, '0')}T00:00:00Z`,
        end: `2023-01-${String(day + 1).padStart(2, '0')}T00:00:00Z`,
      };
      const expected = emulator.expected({ from: interval.start, to: interval.end });
      for (const name of exports)
        expect((await extract(prepared, name, { interval })).rows).toEqual(expected[name]);
    }
  });

  test('stops asking once a page went beyond the end', async () => {
    await start();
    const interval = { start: '2023-01-02T00:00:00Z', end: '2023-01-03T00:00:00Z' };
    await extract(source().prepare(), 'ticket_events', { interval });
    expect(emulator.served().ticket_events.requests).toBe(1);
  });

  test('a run of no length asks for nothing', async () => {
    await start();
    const interval = { start: '2023-01-02T00:00:00Z', end: '2023-01-02T00:00:00Z' };
    const { rows } = await extract(source().prepare(), 'tickets', { interval, now: '2023-01-02T00:00:00Z' });
    expect(rows).toEqual([]);
    expect(emulator.log).toEqual([]);
  });

  test.each<[string, ConfigInput<never> | unknown]>([
    ['ISO text', '2023-01-10T00:00:00Z'],
    ['a date', '2023-01-10'],
    ['a Date', new Date('2023-01-10T00:00:00Z')],
    ['a luxon DateTime', DateTime.fromISO('2023-01-10T01:00:00+01:00')],
    ['unix seconds', 1673308800],
  ])('takes startDate and endDate as %s', async (_, startDate) => {
    await start({ to: '2023-02-01T00:00:00Z' });
    const config = { startDate, endDate: '2023-01-12' } as Config;
    for (const name of exports) {
      const { rows, cursors } = await extract(source(config).prepare(), name);
      expect(rows).toEqual(
        emulator.expected({ from: '2023-01-10T00:00:00Z', to: '2023-01-12T00:00:00Z' })[name],
      );
      expect(cursors).toEqual({});
    }
  });

  test('without an end only what is new comes on the second run', async () => {
    await start({ now: '2023-01-15T00:00:00Z' });
    const prepared = source().prepare();
    for (const name of exports) {
      emulator.setNow('2023-01-15T00:00:00Z');
      const first = await extract(prepared, name);
      expect(first.rows.length).toBeGreaterThan(0);
      expect((await extract(prepared, name, { stored: first.cursors })).rows).toEqual([]);
      emulator.setNow('2023-01-16T00:00:00Z');
      const third = await extract(prepared, name, { stored: first.cursors });
      const all = emulator.expected({ to: '2023-01-16T00:00:01Z' })[name];
      expect(ids([...first.rows, ...third.rows])).toEqual(ids(all));
    }
  });

  test('a ticket that only the system changed is not lost', async () => {
    await start({ now: '2023-01-15T00:00:00Z' });
    const prepared = source().prepare();
    const first = await extract(prepared, 'tickets');
    const changed = first.rows[5]!;
    emulator.setNow('2023-01-15T06:00:00Z');
    emulator.changeTicket(Number(changed.id), {
      at: '2023-01-15T01:00:00Z',
      bySystem: true,
      values: { status: 'closed' },
    });
    const second = await extract(prepared, 'tickets', { stored: first.cursors });
    const row = second.rows.find(({ id }) => id === changed.id)!;
    expect(row.status).toBe('closed');
    expect(row.updated_at).toBe(changed.updated_at);
  });

  test('waits out rate limits, however many there are, and tries again after other failures', async () => {
    await start({
      to: '2023-02-15T00:00:00Z',
      faults: { rateLimitEvery: 2, retryAfter: 30, errorEvery: 5, dropEvery: 7 },
    });
    const { rows, waits } = await extract(source().prepare(), 'ticket_events');
    expect(ids(rows)).toEqual(ids(emulator.expected().ticket_events));
    expect(waits.filter(({ reason }) => reason === 'retry-after').length).toBeGreaterThan(6);
  });

  test('lists its resources without any secret', async () => {
    await start();
    expect(zendesk().resourceNames).toEqual(['tickets', 'ticket_events', 'ticket_metric_events']);
  });
});
