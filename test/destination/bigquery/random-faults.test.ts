import { type Dataset, type LoadPackage, listening } from '../../../src/destination';
import type { FailpointName } from '../../../src/destination/failpoint';
import { isTidemarkError } from '../../../src/errors';
import { asProcess, newPrefix } from '../../bigquery/destinations';
import { type BigQueryFake, startBigQuery } from '../../emulators/bigquery';
import { packageOf, rowsOf, temporaryFolder } from '../harness';

let fake: BigQueryFake;
const folder = temporaryFolder();

beforeAll(async () => {
  fake = await startBigQuery();
});
afterAll(() => fake.close());

/** Numbers from 0 to 1 that a seed decides: mulberry32. */
function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

const REASONS = ['backendError', 'rateLimitExceeded', 'jobRateLimitExceeded', 'internalError'];
const KINDS = [
  { method: 'POST', path: /^\/jobs$/ },
  { method: 'GET', path: /^\/jobs\// },
  { method: 'GET', path: /^\/queries\// },
  { method: 'POST', path: /^\/upload/ },
  { method: 'PUT', path: /^\/upload/ },
  { method: 'POST', path: /\/tables$/ },
  { method: 'GET', path: /\/tables$/ },
  { method: 'POST', path: /^\/datasets$/ },
  { method: 'GET', path: /^\/datasets\/[^/]+$/ },
  { method: 'DELETE' },
];
const POINTS: readonly FailpointName[] = [
  'after-load-job',
  'after-read',
  'after-stage',
  'after-ddl',
  'before-commit',
  'after-script',
  'after-commit',
];

class Died extends Error {}

/** Lets something go wrong: a fault of the service, or a point at which the process is to die. */
function disturbing(random: () => number, story: string[]): () => FailpointName | undefined {
  const pick = <T>(of: readonly T[]): T => of[Math.floor(random() * of.length)]!;
  return () => {
    const kind = random();
    if (kind < 0.25) {
      const at = pick(KINDS);
      const reason = pick(REASONS);
      story.push(`${at.method} ${at.path} answers ${reason}`);
      fake.faults.answer(at, { reason, times: 1 + Math.floor(random() * 3) });
    } else if (kind < 0.55) {
      const at = pick(KINDS);
      story.push(`${at.method} ${at.path} cut`);
      fake.faults.cut(at, 1 + Math.floor(random() * 2));
    } else if (kind < 0.7) {
      const reason = pick(REASONS);
      const skip = Math.floor(random() * 4);
      story.push(`job ${skip} fails by ${reason}`);
      let seen = 0;
      fake.faults.failJobs(() => seen++ >= skip, { reason });
    } else if (kind < 0.8) {
      story.push('a query fails though done');
      fake.faults.failJobsAfter(({ configuration }) => configuration.labels?.['tidemark_job'] === 'commit', {
        reason: 'backendError',
      });
    } else {
      const point = pick(POINTS);
      story.push(`dies ${point}`);
      return point;
    }
    return undefined;
  };
}

/** Loads of a dataset, each tried until it is done, by processes that die and a service that fails. */
async function run(seed: number): Promise<string> {
  const random = randomOf(seed);
  const prefix = newPrefix();
  const open = (): Promise<Dataset> =>
    asProcess(fake, { prefix, retryDeadlineMs: 1, rerunAfter: [1, 2, 4] }).open({
      pipeline: 'p',
      dataset: 'data',
      workDir: folder,
    });
  const story: string[] = [];
  const disturb = disturbing(random, story);
  let dataset = await open();
  const expected: { id: number; children: number }[] = [];
  for (let load = 0; load < 4; load++) {
    fake.faults.clear();
    const rows = [0, 1].map((at) => ({
      id: load * 2 + at,
      lines: [{ x: 1 }, { x: 2 }].slice(0, 1 + Math.floor(random() * 2)),
      ...(random() < 0.5 && { [`c${load}`]: at }),
    }));
    expected.push(...rows.map(({ id, lines }) => ({ id, children: lines.length })));
    const given: LoadPackage = await packageOf(dataset, { key: `load-${load}`, resources: [{ rows }] });
    for (let attempt = 0; ; attempt++) {
      if (attempt > 20) throw new Error(`seed ${seed}: never done: ${story.join('; ')}`);
      const dies = attempt < 6 ? disturb() : undefined;
      const alsoDies = attempt < 6 && random() < 0.5 ? disturb() : undefined;
      try {
        const { status } = await listening(
          (point) => {
            if (point === dies || point === alsoDies) throw new Died(point);
          },
          () => dataset.commit(given),
        );
        story.push(status);
        break;
      } catch (error) {
        story.push(String((error as Error).message).slice(0, 100));
        if (!(error instanceof Died) && !(isTidemarkError(error) && error.retryable))
          throw new Error(`seed ${seed}: ${story.join('; ')}`, { cause: error });
        if (error instanceof Died) {
          await dataset.close();
          dataset = await open();
        }
        if (random() < 0.5) fake.faults.clear();
      }
    }
  }
  fake.faults.clear();
  const found = await rowsOf(
    dataset,
    'SELECT i.id AS id, count(l._dlt_id) AS children FROM items AS i LEFT JOIN items__lines AS l ON l._dlt_parent_id = i._dlt_id GROUP BY i.id ORDER BY i.id',
  );
  const ledger = await rowsOf(
    dataset,
    'SELECT load_key, count(*) AS n, sum(`rows`) AS r FROM _tidemark_intervals GROUP BY load_key ORDER BY load_key',
  );
  const [{ loads, version, lines } = {}] = (await rowsOf(
    dataset,
    'SELECT (SELECT count(*) FROM _dlt_loads) AS loads, (SELECT version FROM _tidemark_dataset) AS version, (SELECT count(*) FROM items__lines) AS `lines`',
  )) as { loads?: number; version?: number; lines?: number }[];
  await dataset.close();
  const wanted = {
    found: expected,
    ledger: [0, 1, 2, 3].map((n) => ({ load_key: `load-${n}`, n: 1, r: 2 })),
    loads: 4,
    version: 4,
    lines: expected.reduce((sum, { children }) => sum + children, 0),
  };
  expect({ seed, story, found, ledger, loads, version, lines }).toEqual({ seed, story, ...wanted });
  return story.join('; ');
}

const FIRST = Number(process.env['SEED'] ?? 1);
const SEEDS = Number(process.env['SEEDS'] ?? 10);

test.each(Array.from({ length: SEEDS }, (_, at) => FIRST + at))(
  'loads that are disturbed at random are there once: seed %s',
  async (seed) => {
    await run(seed);
  },
);

/** Three processes that load at once, while the service fails them. */
async function runTogether(seed: number): Promise<void> {
  const random = randomOf(seed);
  const prefix = newPrefix();
  const story: string[] = [];
  const disturb = disturbing(random, story);
  const writers = [0, 1, 2];
  const done = writers.map(async (writer) => {
    const destination = asProcess(fake, { prefix, retryDeadlineMs: 1, rerunAfter: [5, 10, 20, 40] });
    const dataset = await destination.open({ pipeline: 'p', dataset: 'data', workDir: folder });
    for (let load = 0; load < 3; load++) {
      const rows = [
        { id: writer * 10 + load, [`c${writer}`]: load, ...(random() < 0.5 && { [`d${load}`]: writer }) },
      ];
      const key = `${writer}-${load}`;
      const given = await until(story, key, () => packageOf(dataset, { key, resources: [{ rows }] }));
      await until(story, key, () => {
        if (random() < 0.5) disturb();
        return dataset.commit(given);
      });
    }
    await dataset.close();
  });
  await Promise.all(done);
  fake.faults.clear();
  const dataset = await asProcess(fake, { prefix }).open({ pipeline: 'p', dataset: 'data', workDir: folder });
  const ids = writers.flatMap((writer) => [0, 1, 2].map((load) => writer * 10 + load));
  const found = await rowsOf(dataset, 'SELECT id, coalesce(c0, c1, c2) AS c FROM items ORDER BY id');
  const ledger = (await dataset.ledger()).map(({ load_key }) => load_key).sort();
  const guard = await rowsOf(dataset, 'SELECT version FROM _tidemark_dataset');
  await dataset.close();
  expect({ seed, story, found, ledger, guard }).toEqual({
    seed,
    story,
    found: ids.map((id) => ({ id, c: id % 10 })),
    ledger: ids.map((id) => `${Math.floor(id / 10)}-${id % 10}`),
    guard: [{ version: ids.length }],
  });
}

/** Does work until nothing fails it any more. */
async function until<T>(story: string[], key: string, work: () => Promise<T>): Promise<T> {
  for (let attempt = 0; attempt < 50; attempt++) {
    try {
      return await work();
    } catch (error) {
      story.push(`${key}: ${String((error as Error).message).slice(0, 200)}`);
      if (!isTidemarkError(error) || !error.retryable) throw new Error(story.join('; '), { cause: error });
    }
  }
  throw new Error(`never done: ${story.join('; ')}`);
}

test.each(Array.from({ length: SEEDS }, (_, at) => FIRST + at))(
  'loads of several writers that are disturbed at random are there once: seed %s',
  (seed) => runTogether(seed),
);
