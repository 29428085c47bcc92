import { commentsOf, metricSet } from '../emulators/zendesk';
import { makeTarget, type Target } from './target';
import { emulator, source, start } from './zendesk-harness';

let target: Target;
beforeEach(() => {
  target = makeTarget('zendesk', 'data');
});
afterEach(() => target.close());

type Rows = readonly Readonly<Record<string, unknown>>[];
const told = (rows: Rows, fields: readonly string[]): string[] =>
  rows.map((row) => fields.map((field) => String(row[field] ?? '')).join(' ')).sort();
const stored = async (table: string, fields: readonly string[]): Promise<string[]> =>
  told(await target.query(`SELECT ${fields.join(', ')} FROM data.${table}`), fields);

const JANUARY = { from: '2023-01-01T00:00:00Z', to: '2023-02-01T00:00:00Z' };
const CHUNKS = [
  ['2023-01-20', '2023-02-01'],
  ['2023-01-01', '2023-01-10'],
  ['2023-01-10', '2023-01-20'],
  ['2023-01-01', '2023-01-10'],
] as const;

describe('comments of tickets', () => {
  const FIELDS = ['id', 'ticket_id', 'ticket_event_id', 'body', 'public'];
  const served = (range = {}): string[] =>
    told(
      emulator.expected(range).ticket_events.flatMap((event) =>
        commentsOf(event).map((comment) => ({
          ...comment,
          ticket_id: event['ticket_id'],
          ticket_event_id: event.id,
        })),
      ),
      FIELDS,
    );
  const comments = () => source().withResources('ticket_comments');

  test('come with their text by the export of events, by runs that go on where the last one ended', async () => {
    await start({ ...JANUARY, now: '2023-01-20T00:00:00Z' });
    await target.loaded(comments(), { incremental: true, now: '2023-01-20T00:00:00Z' });
    expect(await stored('ticket_comments', FIELDS)).toEqual(served({ to: '2023-01-20T00:00:01Z' }));
    expect(emulator.log.every((path) => path.includes('include=comment_events'))).toBe(true);
    expect((await stored('ticket_comments__attachments', ['file_name'])).length).toBeGreaterThan(0);
    emulator.setNow('2023-02-01T00:00:00Z');
    emulator.resetServed();
    await target.loaded(comments(), { incremental: true });
    expect(await stored('ticket_comments', FIELDS)).toEqual(served());
    // a page holds a thousand events
    expect(emulator.log.length).toBeLessThanOrEqual(
      1 + emulator.expected({ from: '2023-01-19' }).ticket_events.length / 1000 + 1,
    );
  });

  test('by intervals in any order, one of them twice, are those of one load', async () => {
    await start(JANUARY);
    for (const interval of CHUNKS) await target.loaded(comments(), { interval });
    expect(await stored('ticket_comments', FIELDS)).toEqual(served());
  });

  test('are read no further than to the page that reaches the end of the interval', async () => {
    await start({ ...JANUARY, perDay: { ticket_events: 1500 } });
    const events = emulator.expected().ticket_events;
    const timeOf = (at: number): number => Number(events[at]!['timestamp']);
    const hasComment = (at: number): boolean => commentsOf(events[at]!).length > 0;
    // a page that ends with an event without a comment, which is the end of the interval
    const last = events.findIndex(
      (_, at) =>
        at >= 1000 && !hasComment(at) && timeOf(at) > timeOf(at - 1) && timeOf(at - 999) > timeOf(at - 1000),
    );
    const [from, to] = [last - 999, last].map((at) => new Date(timeOf(at) * 1000).toISOString()) as [
      string,
      string,
    ];
    await target.loaded(comments(), { interval: [from, to] });
    expect(emulator.log).toHaveLength(1);
    expect(await stored('ticket_comments', FIELDS)).toEqual(served({ from, to }));
  });
});

test.each(['time', 'cursor'] as const)(
  'metrics of tickets come with the export by %s, as they are after the last change',
  async (ticketExport) => {
    await start(JANUARY);
    const FIELDS = ['ticket_id', 'replies', 'reply_time_in_minutes__calendar', 'updated_at'];
    const served = () =>
      told(
        emulator
          .expected()
          .tickets.filter(({ status }) => status !== 'deleted')
          .map(metricSet)
          .map((row) => ({
            ...row,
            reply_time_in_minutes__calendar: (row['reply_time_in_minutes'] as { calendar: unknown }).calendar,
            updated_at: new Date(String(row['updated_at'])).getTime(),
          })),
        FIELDS,
      );
    const kept = async () =>
      told(
        await target.query(
          `SELECT ticket_id, replies, reply_time_in_minutes__calendar, epoch_ms(updated_at) AS updated_at
           FROM data.ticket_metrics`,
        ),
        FIELDS,
      );
    const metrics = source({ ticketExport }).withResources('ticket_metrics');
    for (const interval of CHUNKS) await target.loaded(metrics, { interval });
    expect(await kept()).toEqual(served());
    const [first, second] = emulator.expected().tickets;
    emulator.changeTicket(first!.id, { at: '2023-02-02T00:00:00Z', values: { status: 'solved' } });
    emulator.changeTicket(second!.id, { at: '2023-02-02T00:00:01Z', values: { status: 'deleted' } });
    await target.loaded(metrics, { interval: ['2023-02-01', '2023-02-03'] });
    // the metrics of a deleted ticket stay as they were
    expect((await kept()).filter((line) => !line.startsWith(`${second!.id} `))).toEqual(served());
  },
);

describe.each(['created_at', 'updated_at'] as const)(
  'satisfaction ratings, where their range is of %s',
  (ratingsBy) => {
    const FIELDS = ['id', 'score', 'comment'];
    const ratings = () => source().withResources('satisfaction_ratings');
    const served = () => told(emulator.list('satisfaction_ratings'), FIELDS);

    test('by intervals come as they are now, those that were given after they were offered too', async () => {
      await start({ ...JANUARY, ratingsBy, now: '2023-02-15T00:00:00Z' });
      for (const interval of [...CHUNKS, ['2023-02-01', '2023-02-15'] as const])
        await target.loaded(ratings(), { interval });
      expect(await stored('satisfaction_ratings', FIELDS)).toEqual(served());
      const asked = emulator.log.map((path) => new URL(path, 'http://x').searchParams);
      expect(asked.every((query) => query.get('page[size]') === '100')).toBe(true);
      expect(asked.some((query) => query.has('page[after]'))).toBe(true);
    });

    test('go on where the last run ended, and what was given since comes', async () => {
      await start({ ...JANUARY, ratingsBy, now: '2023-01-15T00:00:00Z' });
      await target.loaded(ratings(), { incremental: true });
      expect(await stored('satisfaction_ratings', FIELDS)).toEqual(served());
      const before = served();
      emulator.setNow('2023-01-18T00:00:00Z');
      expect(served().filter((line) => !before.includes(line)).length).toBeGreaterThan(30);
      await target.loaded(ratings(), { incremental: true });
      expect(await stored('satisfaction_ratings', FIELDS)).toEqual(served());
    });
  },
);

test('groups and fields of tickets are replaced by each load, over several pages', async () => {
  await start({ ...JANUARY, groups: 230 });
  for (let run = 0; run < 2; run += 1)
    await target.loaded(source().withResources('groups', 'ticket_fields'), { incremental: true });
  expect(await stored('groups', ['id', 'name', 'deleted'])).toEqual(
    told(emulator.list('groups'), ['id', 'name', 'deleted']),
  );
  expect(emulator.log.filter((path) => path.includes('/groups'))).toHaveLength(6);
  expect(await stored('ticket_fields__custom_field_options', ['value', 'name'])).toEqual(['yes Yes, it is']);
});
