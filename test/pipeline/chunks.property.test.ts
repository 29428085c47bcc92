import fc from 'fast-check';
import { incremental, type Pipeline } from '../../src';
import { day, freshPlace, gate, temporaryFolder } from './harness';
import { resource, sourceOf } from './sources';

const folder = temporaryFolder();

/** Hours of the range; every event lies on one of its hours, several may share one. */
const HOURS = 48;
const hour = (number: number): string => day(1, number);

interface Event {
  readonly id: number;
  readonly at: string;
  readonly tags: readonly number[];
}

/** How a range is split, and which of its chunks are loaded when: every one at least once. */
interface Plan {
  readonly hours: readonly number[];
  readonly chunks: readonly { readonly start: string; readonly end: string }[];
  /** Indexes into the chunks: all of them in some order, with some again in between. */
  readonly order: readonly number[];
  /** How many go on at once. */
  readonly parallel: number;
  readonly pageSize: number;
  /** Beside which groups of chunks a run goes on from the stored cursor. */
  readonly live: readonly number[];
}

const plans: fc.Arbitrary<Plan> = fc
  .record({
    hours: fc.array(fc.nat(HOURS - 1), { minLength: 1, maxLength: 30 }),
    borders: fc.uniqueArray(fc.integer({ min: 1, max: HOURS - 1 }), { maxLength: 4 }),
    parallel: fc.integer({ min: 1, max: 3 }),
    pageSize: fc.integer({ min: 1, max: 8 }),
    live: fc.uniqueArray(fc.nat(4), { minLength: 1, maxLength: 3 }),
  })
  .chain(({ borders, ...rest }) => {
    const at = [0, ...[...borders].sort((a, b) => a - b), HOURS];
    const chunks = at.slice(1).map((end, index) => ({ start: hour(at[index]!), end: hour(end) }));
    const all = chunks.map((_, index) => index);
    return fc
      .array(fc.constantFrom(...all), { maxLength: 3 })
      .chain((again) => fc.shuffledSubarray([...all, ...again], { minLength: all.length + again.length }))
      .map((order) => ({ ...rest, chunks, order }));
  });

interface Options {
  readonly key: boolean;
  readonly merge: boolean;
  readonly live: boolean;
}

/** Loads the chunks of a plan in its order, some at once; a chunk never beside itself. */
async function loadChunks(p: Pipeline, plan: Plan, options: Options): Promise<void> {
  const events: Event[] = plan.hours.map((at, id) => ({ id, at: hour(at), tags: [id, id + 1] }));
  const source = (meet: () => Promise<void>) =>
    sourceOf('shop', [
      resource({
        name: 'events',
        ...(options.key && { primaryKey: 'id' }),
        writeDisposition: options.merge ? 'merge' : 'append',
        columns: { at: { dataType: 'text' } },
        incremental: {
          at: incremental({
            cursor: 'at',
            type: 'iso',
            initialValue: hour(0),
            allowExternalSchedulers: true,
          }),
        },
        async *extract() {
          for (let from = 0; from < events.length; from += plan.pageSize)
            yield events.slice(from, from + plan.pageSize);
          await meet();
        },
      }),
    ]);
  for (let from = 0; from < plan.order.length; from += plan.parallel) {
    const together: (number | undefined)[] = [...new Set(plan.order.slice(from, from + plan.parallel))];
    if (options.live && plan.live.includes(from / plan.parallel)) together.push(undefined);
    const all = gate();
    let arrived = 0;
    const meet = (): Promise<void> => {
      arrived += 1;
      if (arrived === together.length) all.open();
      return all.opened;
    };
    await Promise.all(
      together.map((index) =>
        p.run(source(meet), index === undefined ? {} : { interval: plan.chunks[index]! }),
      ),
    );
  }
}

describe('any split of a range into chunks, loaded in any order, some at once and some again, loads each row once', () => {
  const variants = [
    ['append with a key', { key: true, merge: false, live: false }],
    ['append without a key', { key: false, merge: false, live: false }],
    ['merge', { key: true, merge: true, live: false }],
    ['append with a key, beside runs that go on from their cursor', { key: true, merge: false, live: true }],
    ['merge, beside runs that go on from their cursor', { key: true, merge: true, live: true }],
  ] as const;
  for (const [name, options] of variants)
    test(name, async () => {
      await fc.assert(
        fc.asyncProperty(plans, async (plan) => {
          const place = freshPlace(folder);
          const p = place.pipeline();
          // held open over the chunks: letting the file go and taking it again is not what is tested
          const held = await p.openDataset();
          await loadChunks(p, plan, options);
          await held.close();
          await p.close();
          const rows = await place.read(
            `SELECT e.id::INT AS id, e."at", list(t.value::INT ORDER BY t._dlt_list_idx)::VARCHAR AS tags, (SELECT count(*)::INT FROM data.events__tags) AS all_tags
             FROM data.events e JOIN data.events__tags t ON t._dlt_parent_id = e._dlt_id GROUP BY e.id, e."at", e._dlt_id ORDER BY e.id`,
          );
          expect(rows).toEqual(
            plan.hours.map((at, id) => ({
              id,
              at: hour(at),
              tags: `[${id}, ${id + 1}]`,
              all_tags: plan.hours.length * 2,
            })),
          );
          if (options.live) return;
          const covered = await place.values(
            `SELECT sum(epoch(cursor_end) - epoch(cursor_start)) / 3600 FROM (SELECT DISTINCT cursor_start, cursor_end FROM data._tidemark_intervals WHERE status = 'loaded')`,
          );
          expect(covered).toEqual([HOURS]);
        }),
        { numRuns: 5 },
      );
    });
});
