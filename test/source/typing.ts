// What the types carry: tsc compiles this file, and a line that should not compile does not.
import { DateTime } from 'luxon';
import { z } from 'zod';
import { defineConfig, instant, secret } from '../../src/config';
import { incremental } from '../../src/incremental';
import { defineSource, type Resource, resource, sourceOf, transformer } from '../../src/source';
import { zendesk } from './spec-samples';

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
const same = <A, B>(_: Equal<A, B>): void => {};

interface Event {
  readonly id: number;
  readonly type: string;
}
const pageOfEvents = (): Event[] => [];

export const events = resource({
  name: 'events',
  primaryKey: 'id',
  incremental: {
    at: incremental({ cursor: 'at', type: 'unix', initialValue: 0 }),
    day: incremental({ cursor: 'day', type: 'datetime' }),
    text: incremental({ cursor: 'text', initialValue: 'a' }),
  },
  params: { state: 'all', limit: 10, kinds: [] as string[] },
  initialState: { seen: [] as string[] },
  async *extract({ incremental: bound, params, state }) {
    same<typeof bound.at.lastValue, number>(true);
    same<typeof bound.day.startValue, DateTime | undefined>(true);
    same<typeof bound.text.lastValue, string>(true);
    same<typeof params.state, string>(true);
    same<typeof params.limit, number>(true);
    same<typeof params.kinds, string[]>(true);
    same<typeof state.seen, string[]>(true);
    yield pageOfEvents();
  },
  tableName: (item) => item.type,
});
same<
  typeof events,
  Resource<
    'events',
    Event,
    { state: string; limit: number; kinds: string[] },
    typeof events extends Resource<string, unknown, never, infer I> ? I : never
  >
>(true);

export const bound = events
  .bind({ state: 'open', incremental: { at: { initialValue: 1, endValue: 2 } } })
  .bind({ kinds: ['a'] });
// @ts-expect-error a parameter that doesn't exist
events.bind({ stat: 'open' });
// @ts-expect-error a parameter of another type
events.bind({ limit: 'many' });
// @ts-expect-error an incremental that doesn't exist
events.bind({ incremental: { wrong: {} } });
// @ts-expect-error an item has no such field
events.map((item) => item.nothing);
export const mapped = events.map((item) => ({ key: item.id })).filter(({ key }) => key > 1);

const running = (function* () {
  yield [{ id: 1 }];
})();
// @ts-expect-error a generator that was started already
export const started = resource({ name: 'started', extract: running });

export const typed = resource({
  name: 'typed',
  params: z.object({ state: z.enum(['open', 'closed']).default('open'), since: z.string() }),
  *extract({ params }) {
    same<typeof params.state, 'open' | 'closed'>(true);
    yield [{ id: 1, nested: { deep: true } }];
  },
});
typed.bind({ state: 'closed', since: 'x' });
// @ts-expect-error not one of the values
typed.bind({ state: 'other' });

export const details = transformer({
  name: 'details',
  from: events,
  async *extract({ items }) {
    for (const item of items) {
      same<typeof item, Event>(true);
      yield { of: item.id };
    }
  },
});

export const promised = resource({ name: 'promised', extract: async () => [{ id: 1 }] });
export const listed = resource({ name: 'listed', extract: () => [[{ id: 1 }], [{ id: 2 }]] });
export const rows: Promise<void> = (async () => {
  for await (const row of promised) same<typeof row, { id: number }>(true);
  for await (const row of listed) same<typeof row, { id: number }>(true);
})();

export const source = defineSource({
  name: 'mixed',
  config: z.object({ token: secret(), from: instant().optional(), pages: z.number().default(1) }),
  resources: (c) => {
    same<typeof c.pages, number>(true);
    return [events, details, typed, promised];
  },
});
export const selected = source({ from: DateTime.now(), token: 'x' }).withResources('events', 'details');
// @ts-expect-error no such resource
source().withResources('wrong');
// @ts-expect-error no such resource
zendesk().withResources('wrong');
// @ts-expect-error a setting that doesn't exist
source({ tokn: 'x' });
source().bind({ events: { limit: 3 }, typed: { state: 'closed' } });
// @ts-expect-error a parameter of another resource
source().bind({ events: { since: 'x' } });
same<ReturnType<typeof source>['resources'][number]['name'], 'events' | 'details' | 'typed' | 'promised'>(
  true,
);
export const one = source().resource('events').bind({ limit: 1 });
export const adHoc = sourceOf({ name: 'adhoc', resources: [events, promised] }).withResources('promised');

export const config = defineConfig({
  temporal: { taskQueue: 'tidemark' },
  defaults: { retries: 3, decompose: 'serialize' },
  pipelines: [
    {
      pipeline: { name: 'zendesk' },
      source: () => zendesk().withResources('ticket_events'),
      decompose: { kind: 'parallel', limit: 4 },
      triggerRule: 'all_done',
      retries: 0,
      maxActiveRuns: 1,
      mode: 'interval',
      overrides: { ticket_events: { retries: 5 } },
      schedule: {
        cron: '@weekly',
        timezone: 'UTC',
        startDate: '2023-02-01',
        endDate: '2023-08-01',
        catchup: true,
      },
    },
    { pipeline: { name: 'both' }, source: () => [zendesk(), source()], schedule: { every: '90m' } },
  ],
});
