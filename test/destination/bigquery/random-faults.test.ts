import { type Dataset, listening } from '../../../src/destination';
import { isTidemarkError } from '../../../src/errors';
import { asProcess, newPrefix } from '../../bigquery/destinations';
import { disturb } from '../../bigquery/random-faults';
import { type BigQueryFake, startBigQuery } from '../../emulators/bigquery';
import { type Random, randomOf } from '../../simulation/random';
import { packageOf, rowsOf, temporaryFolder } from '../harness';

let fake: BigQueryFake;
const folder = temporaryFolder();

beforeAll(async () => {
  fake = await startBigQuery();
});
afterAll(() => fake.close());
afterEach(() => fake.faults.clear());

/** Of each kind; `SEED` and `SEEDS` of the environment are others, to look for one that goes wrong. */
const FIRST = Number(process.env['SEED'] ?? 1);
const seeds = Array.from({ length: Number(process.env['SEEDS'] ?? 5) }, (_, at) => FIRST + at);

const MOST_ATTEMPTS = 40;
/** Attempts that are disturbed, of one load. */
const MOST_DISTURBED = 6;

/** Nothing is repeated by the client, so that each fault ends an attempt or one of its reruns. */
const open = (prefix: string): Promise<Dataset> =>
  asProcess(fake, { prefix, retryDeadlineMs: 1, rerunAfter: [2, 4, 8] }).open({
    pipeline: 'p',
    dataset: 'data',
    workDir: folder,
  });

class Died extends Error {}

/** Does work again until nothing fails it. What fails it must be what passes. */
async function untilDone<T>(story: string[], work: (attempt: number) => Promise<T>): Promise<T> {
  for (let attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
    try {
      return await work(attempt);
    } catch (error) {
      story.push(String((error as Error).message));
      if (!(error instanceof Died) && !(isTidemarkError(error) && error.retryable))
        throw new Error(story.join('\n'), { cause: error });
    }
  }
  throw new Error(`never done:\n${story.join('\n')}`);
}

/** What two undisturbed histories of the same loads share. */
async function found(prefix: string): Promise<unknown> {
  const dataset = await open(prefix);
  const of = {
    rows: await rowsOf(
      dataset,
      'SELECT i.id AS id, count(l._dlt_id) AS children FROM items AS i LEFT JOIN items__lines AS l ON l._dlt_parent_id = i._dlt_id GROUP BY i.id ORDER BY i.id',
    ),
    children: await rowsOf(dataset, 'SELECT count(*) AS n FROM items__lines'),
    ledger: (await dataset.ledger()).map(({ load_key, rows }) => [load_key, rows]).sort(),
    loads: await rowsOf(dataset, 'SELECT count(*) AS n FROM _dlt_loads'),
    version: await rowsOf(dataset, 'SELECT version FROM _tidemark_dataset'),
  };
  await dataset.close();
  return of;
}

interface Row {
  readonly id: number;
  readonly lines: readonly object[];
}

const expectedOf = (loads: readonly (readonly [key: string, row: Row])[]): unknown => ({
  rows: loads.map(([, { id, lines }]) => ({ id, children: lines.length })).sort((a, b) => a.id - b.id),
  children: [{ n: loads.reduce((sum, [, { lines }]) => sum + lines.length, 0) }],
  ledger: loads.map(([key]) => [key, 1]).sort(),
  loads: [{ n: loads.length }],
  version: [{ version: loads.length }],
});

/** A row, now and then with a column that is new. */
const rowOf = (id: number, random: Random): Row => ({
  id,
  lines: [{ x: 1 }, { x: 2 }].slice(random.below(2)),
  ...(random.chance(0.5) && { [`c${random.below(4)}`]: random.pick([1, 1.5, 'text']) }),
});

test.each(seeds)(
  'loads of processes that die, by a service that fails, are there once: seed %s',
  async (seed) => {
    const random = randomOf(seed);
    const prefix = newPrefix();
    const story = [`seed ${seed}`];
    const loads: [string, Row][] = [];
    for (let load = 0; load < 4; load++) {
      fake.faults.clear();
      let dataset = await open(prefix);
      const row = rowOf(load, random);
      const given = await packageOf(dataset, { key: `load-${load}`, resources: [{ rows: [row] }] });
      loads.push([given.loadKey, row]);
      await untilDone(story, async (attempt) => {
        if (attempt > 0 && random.chance(0.5)) fake.faults.clear();
        const disturbances = Array.from({ length: attempt < MOST_DISTURBED ? 1 + random.below(2) : 0 }, () =>
          disturb(fake.faults, random),
        );
        story.push(...disturbances.map(({ what }) => what));
        const dying = (point: string): void => {
          if (disturbances.some(({ dies }) => dies === point)) throw new Died(`died ${point}`);
        };
        try {
          await listening(dying, () => dataset.commit(given));
        } catch (error) {
          // the next attempt is another process's
          if (error instanceof Died) dataset = await open(prefix);
          throw error;
        }
      });
      await dataset.close();
    }
    fake.faults.clear();
    expect({ story, found: await found(prefix) }).toEqual({ story, found: expectedOf(loads) });
  },
);

test.each(seeds)(
  'loads of processes at once, by a service that fails, are there once: seed %s',
  async (seed) => {
    const random = randomOf(seed);
    const prefix = newPrefix();
    const story = [`seed ${seed}`];
    const loads: [string, Row][] = [];
    const writers = [0, 1, 2].map(async (writer) => {
      const dataset = await open(prefix);
      for (let load = 0; load < 3; load++) {
        const row = rowOf(writer * 10 + load, random);
        const key = `${writer}-${load}`;
        loads.push([key, row]);
        const given = await untilDone(story, () => packageOf(dataset, { key, resources: [{ rows: [row] }] }));
        await untilDone(story, (attempt) => {
          if (attempt < MOST_DISTURBED && random.chance(0.5)) story.push(disturb(fake.faults, random).what);
          return dataset.commit(given);
        });
      }
      await dataset.close();
    });
    await Promise.all(writers);
    fake.faults.clear();
    expect({ story, found: await found(prefix) }).toEqual({ story, found: expectedOf(loads) });
  },
);
