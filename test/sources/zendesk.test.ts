import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { DateTime } from 'luxon';
import type { Clock, HttpWait } from '../../src/http';
import type { CursorState, SchedulerContext } from '../../src/incremental';
import { duckdb, pipeline } from '../../src/index';
import { loadResources } from '../../src/pipeline';
import {
  bindComponent,
  type ConfigInput,
  components,
  extractComponent,
  nodesOf,
  type PreparedSource,
  type Source,
  stateFor,
} from '../../src/source';
import { zendesk } from '../../src/sources/zendesk';
import { Timestamp } from '../../src/value';
import { startZendeskEmulator, type ZendeskEmulator } from '../emulators/zendesk';

type Config = Parameters<typeof zendesk>[0];
type Row = { readonly id: number } & Record<string, unknown>;

const silent = { debug() {}, info() {}, warn() {}, error() {} };
const iso = (text: string): number => Date.parse(text);

let emulator: ZendeskEmulator;
afterEach(() => emulator.close());

const source = (config: Config = {}) =>
  zendesk({ baseUrl: emulator.url, credentials: emulator.credentials, ...config });

interface Run {
  readonly rows: Row[];
  readonly cursors: Record<string, CursorState>;
  readonly waits: HttpWait[];
}

interface RunOptions {
  readonly context?: SchedulerContext;
  readonly stored?: Record<string, CursorState>;
  readonly now?: string;
  readonly clock?: Clock;
}

/** One run of one resource, as a pipeline would make it. */
async function run(prepared: PreparedSource, resource: string, options: RunOptions = {}): Promise<Run> {
  const [component] = components(prepared, [resource]);
  const now = Timestamp.fromMillis(iso(options.now ?? '2024-06-01T00:00:00Z'));
  const incrementals = bindComponent({
    component: component!,
    stored: () => options.stored,
    context: () => options.context,
    now,
    warn: (message) => {
      throw new Error(message);
    },
  });
  const rows: Row[] = [];
  const waits: HttpWait[] = [];
  const pages = extractComponent({
    source: prepared,
    component: component!,
    incrementals,
    states: Object.fromEntries(
      nodesOf(component!.root).map(({ definition }) => [definition.name, stateFor(definition, undefined)]),
    ),
    sourceState: {},
    run: { pipeline: 'test', interval: undefined, now: now.toString(), mode: 'interval', attempt: 1 },
    signal: new AbortController().signal,
    log: silent,
    onWait: (wait) => waits.push(wait),
    clock: options.clock,
  });
  for await (const page of pages) rows.push(...(page.rows as Row[]));
  const cursors: Record<string, CursorState> = {};
  for (const bound of Object.values(incrementals.get(resource) ?? {})) {
    const state = bound.state();
    if (state !== undefined) cursors[bound.cursor] = state;
  }
  return { rows, cursors, waits };
}

const ids = (rows: readonly Row[]): number[] => rows.map(({ id }) => id);

describe('the Zendesk source', () => {
  const exports = ['tickets', 'ticket_events', 'ticket_metric_events'] as const;

  test.each(exports)(
    'loads each row of %s once, though pages repeat rows of their last second',
    async (name) => {
      emulator = await startZendeskEmulator({ to: '2023-01-20T00:00:00Z' });
      const { rows } = await run(source().prepare(), name);
      expect(rows).toEqual(emulator.expected()[name]);
      const served = emulator.served()[name];
      if (served.pages > 1) expect(served.rows).toBeGreaterThan(served.distinct);
      expect(served.distinct).toBe(rows.length);
    },
  );

  test('asks for pages of 1000 and follows next_page as it is', async () => {
    emulator = await startZendeskEmulator({ to: '2023-01-11T00:00:00Z' });
    await run(source().prepare(), 'ticket_events');
    expect(emulator.log[0]).toBe('/api/v2/incremental/ticket_events.json?start_time=946684800&per_page=1000');
    expect(emulator.served().ticket_events.requests).toBe(
      Math.ceil(emulator.expectedCounts().ticket_events! / 999),
    );
  });

  test.each(['ticket_events', 'ticket_metric_events'] as const)(
    'of %s goes on at the link of its last checkpoint after a failure',
    async (name) => {
      emulator = await startZendeskEmulator({ to: '2023-01-20T00:00:00Z' });
      const folder = mkdtempSync(path.join(tmpdir(), 'tidemark-zendesk-'));
      try {
        const load = async () => {
          await using target = pipeline({
            name: 'zendesk',
            destination: duckdb({ path: path.join(folder, 'zendesk.duckdb') }),
            workDir: path.join(folder, 'work'),
          });
          const { info } = await loadResources(target, {
            source: source().withResources(name) as unknown as Source,
            loadKey: 'key',
            mode: 'incremental',
            log: silent,
            // for each page to have its checkpoint
            onProgress: () => jest.spyOn(performance, 'now').mockReturnValue(1e12 * ++pages),
          });
          return info.resources[0];
        };
        let pages = 0;
        emulator.setFaults({ missingFieldEvery: 2 });
        expect(await load()).toMatchObject({ status: 'failed' });
        emulator.setFaults({});
        const before = emulator.log.length;
        expect(await load()).toMatchObject({ status: 'loaded', rows: emulator.expectedCounts()[name] });
        expect(before).toBe(2);
        expect(emulator.log[before]).toBe(emulator.log[before - 1]);
      } finally {
        jest.restoreAllMocks();
        rmSync(folder, { recursive: true, force: true });
      }
    },
  );

  test('by intervals, in any order, gives the rows of each interval and no other', async () => {
    emulator = await startZendeskEmulator({ to: '2023-02-01T00:00:00Z' });
    const prepared = source().prepare();
    for (const day of [20, 3, 11]) {
      const context = {
        start: `2023-01-${String(day).padStart(2, '0')}T00:00:00Z`,
        end: `2023-01-${String(day + 1).padStart(2, '0')}T00:00:00Z`,
      };
      const expected = emulator.expected({ from: context.start, to: context.end });
      for (const name of exports)
        expect((await run(prepared, name, { context })).rows).toEqual(expected[name]);
    }
  });

  test('stops asking once a page went beyond the end', async () => {
    emulator = await startZendeskEmulator();
    const context = { start: '2023-01-02T00:00:00Z', end: '2023-01-03T00:00:00Z' };
    await run(source().prepare(), 'ticket_events', { context });
    expect(emulator.served().ticket_events.requests).toBe(1);
  });

  test('a run of no length asks for nothing', async () => {
    emulator = await startZendeskEmulator();
    const context = { start: '2023-01-02T00:00:00Z', end: '2023-01-02T00:00:00Z' };
    const { rows } = await run(source().prepare(), 'tickets', { context, now: '2023-01-02T00:00:00Z' });
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
    emulator = await startZendeskEmulator({ to: '2023-02-01T00:00:00Z' });
    const config = { startDate, endDate: '2023-01-12' } as Config;
    for (const name of exports) {
      const { rows, cursors } = await run(source(config).prepare(), name);
      expect(rows).toEqual(
        emulator.expected({ from: '2023-01-10T00:00:00Z', to: '2023-01-12T00:00:00Z' })[name],
      );
      expect(cursors).toEqual({});
    }
  });

  test('without an end only what is new comes on the second run', async () => {
    emulator = await startZendeskEmulator({ now: '2023-01-15T00:00:00Z' });
    const prepared = source().prepare();
    for (const name of exports) {
      emulator.setNow('2023-01-15T00:00:00Z');
      const first = await run(prepared, name);
      expect(first.rows.length).toBeGreaterThan(0);
      expect((await run(prepared, name, { stored: first.cursors })).rows).toEqual([]);
      emulator.setNow('2023-01-16T00:00:00Z');
      const third = await run(prepared, name, { stored: first.cursors });
      const all = emulator.expected({ to: '2023-01-16T00:00:01Z' })[name];
      expect(ids([...first.rows, ...third.rows])).toEqual(ids(all));
    }
  });

  test('a ticket that only the system changed is not lost', async () => {
    emulator = await startZendeskEmulator({ now: '2023-01-15T00:00:00Z' });
    const prepared = source().prepare();
    const first = await run(prepared, 'tickets');
    const changed = first.rows[5]!;
    emulator.setNow('2023-01-15T06:00:00Z');
    emulator.changeTicket(changed.id, {
      at: '2023-01-15T01:00:00Z',
      bySystem: true,
      values: { status: 'closed' },
    });
    const second = await run(prepared, 'tickets', { stored: first.cursors });
    const row = second.rows.find(({ id }) => id === changed.id)!;
    expect(row.status).toBe('closed');
    expect(row.updated_at).toBe(changed.updated_at);
  });

  test('waits out rate limits, however many there are, and tries again after other failures', async () => {
    emulator = await startZendeskEmulator({
      to: '2023-02-15T00:00:00Z',
      faults: { rateLimitEvery: 2, retryAfter: 30, errorEvery: 5, dropEvery: 7 },
    });
    let now = iso('2024-06-01T00:00:00Z');
    const clock: Clock = {
      now: () => now,
      sleep: async (ms) => {
        now += ms;
      },
    };
    const { rows, waits } = await run(source().prepare(), 'ticket_events', { clock });
    expect(ids(rows)).toEqual(ids(emulator.expected().ticket_events));
    expect(waits.filter(({ reason }) => reason === 'retry-after').length).toBeGreaterThan(6);
  });

  describe('where the API holds back the last minute', () => {
    const end = '2023-01-02T00:00:00Z';
    const context = { start: '2023-01-01T00:00:00Z', end };

    /** A clock that moves the emulator's along. */
    const clockFrom = (start: string): Clock => {
      let now = iso(start);
      emulator.setNow(now / 1000);
      return {
        now: () => now,
        sleep: async (ms) => {
          now += ms;
          emulator.setNow(now / 1000);
        },
      };
    };
    const dense = { to: '2023-01-02T00:00:00Z', perDay: { ticket_events: 8640 }, settleSeconds: 60 };

    test('a run that starts at the end of its interval waits for it', async () => {
      emulator = await startZendeskEmulator(dense);
      const prepared = source({ settleSeconds: 60 }).prepare();
      const { rows, waits } = await run(prepared, 'ticket_events', {
        context,
        clock: clockFrom(end),
        now: end,
      });
      expect(ids(rows)).toEqual(
        ids(emulator.expected({ from: context.start, to: context.end }).ticket_events),
      );
      expect(waits[0]).toMatchObject({ reason: 'requested', remainingMs: 60_000 });
    });

    test('a run that starts later does not wait', async () => {
      emulator = await startZendeskEmulator(dense);
      const prepared = source({ settleSeconds: 60 }).prepare();
      const clock = clockFrom('2023-01-02T00:01:00Z');
      const { rows, waits } = await run(prepared, 'ticket_events', { context, clock, now: end });
      expect(ids(rows)).toEqual(
        ids(emulator.expected({ from: context.start, to: context.end }).ticket_events),
      );
      expect(waits).toEqual([]);
    });

    test('an interval of a few seconds is asked for after the minute, not refused as too recent', async () => {
      emulator = await startZendeskEmulator(dense);
      const prepared = source({ settleSeconds: 60 }).prepare();
      const short = { start: '2023-01-01T23:59:30Z', end };
      const { rows } = await run(prepared, 'ticket_events', {
        context: short,
        clock: clockFrom(end),
        now: end,
      });
      expect(ids(rows)).toEqual(ids(emulator.expected({ from: short.start, to: end }).ticket_events));
    });

    test('a run without an end does not wait, and the next one goes on', async () => {
      emulator = await startZendeskEmulator(dense);
      const prepared = source({ settleSeconds: 60 }).prepare();
      const first = await run(prepared, 'ticket_events', { clock: clockFrom('2023-01-01T12:00:00Z') });
      expect(first.waits).toEqual([]);
      const again = await run(prepared, 'ticket_events', {
        clock: clockFrom('2023-01-01T12:00:01Z'),
        stored: first.cursors,
      });
      const last = await run(prepared, 'ticket_events', {
        clock: clockFrom('2023-01-02T01:00:00Z'),
        stored: again.cursors,
      });
      expect(ids([...first.rows, ...again.rows, ...last.rows])).toEqual(
        ids(emulator.expected().ticket_events),
      );
    });
  });

  describe('says clearly what is wrong', () => {
    const failure = async (config: Config = {}): Promise<unknown> =>
      run(source(config).prepare(), 'ticket_events').then(
        () => undefined,
        (error: unknown) => error,
      );

    test('with a wrong password: names the secret, never its value', async () => {
      emulator = await startZendeskEmulator();
      const error = await failure({
        credentials: { ...emulator.credentials, password: 'wrong-password' },
      });
      expect(error).toMatchObject({ code: 'HTTP_UNAUTHORIZED', retryable: false });
      expect(String(error)).toContain('Resource "ticket_events"');
      expect(String(error)).toContain('"credentials.password"');
      expect(JSON.stringify([error, String(error), (error as Error).stack])).not.toContain('wrong-password');
    });

    test('with a page that is not JSON', async () => {
      emulator = await startZendeskEmulator({ faults: { notJsonEvery: 1 } });
      const error = await failure();
      expect(error).toMatchObject({ code: 'HTTP_NOT_JSON' });
      expect(String(error)).toMatch(/200 OK.*text\/html.*Down for maintenance/);
    });

    test('with a page without the rows', async () => {
      emulator = await startZendeskEmulator({ faults: { missingFieldEvery: 1 } });
      const error = await failure();
      expect(error).toMatchObject({ code: 'HTTP_UNEXPECTED_BODY' });
      expect(String(error)).toMatch(/no list "ticket_events".*It has "count", "end_of_stream"/);
    });

    test('with a secret that is nowhere: names every place', async () => {
      emulator = await startZendeskEmulator();
      const { email, subdomain } = emulator.credentials;
      expect(() => zendesk({ credentials: { email, subdomain } }).prepare({ providers: [] })).toThrow(
        expect.objectContaining({ code: 'SECRET_MISSING' }),
      );
    });
  });

  test('lists its resources without any secret', async () => {
    emulator = await startZendeskEmulator();
    expect(zendesk().resourceNames).toEqual(['tickets', 'ticket_events', 'ticket_metric_events']);
  });
});
