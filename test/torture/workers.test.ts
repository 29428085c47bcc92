import { type PostgresServer, startPostgres } from '../postgres/server';
import { type Deployment, loadHistory, rowsOf } from './workers/load-history';

let postgres: PostgresServer;
beforeAll(async () => {
  postgres = await startPostgres({ durable: true });
});
afterAll(() => postgres.close());

/** One of the workers is killed, then the server crashes. */
async function killOnceAndCrash(deployment: Deployment): Promise<void> {
  const { asked, workers, loaded } = deployment;
  await asked(1 / 4);
  await workers.killAgain(0);
  await asked(1 / 2);
  expect(loaded.aborted).toBe(false);
  await deployment.postgres.restart('crash');
}

// `npm run torture -- workers` does more of it
test('workers with folders of their own load a history beside a live pipeline while one is killed and Postgres crashes, and leave what undisturbed ones leave', async () => {
  const common = { postgres, days: 12, liveDays: 2, workers: 2 };
  const calm = await loadHistory({ ...common, database: 'calm' });
  const torn = await loadHistory({ ...common, database: 'torn', disturb: killOnceAndCrash });
  for (const { ends } of [calm, torn])
    expect(ends).toMatchObject({
      backfill: { status: 'completed', result: { total: 12, loaded: 12, failed: 0 } },
      live: [{ status: 'completed' }, { status: 'completed' }],
      workers: [0, 0],
    });
  expect(torn.contents).toEqual(calm.contents);
  expect(new Set(Object.values(torn.contents.wrong))).toEqual(new Set(['0']));
  expect(rowsOf(torn)).toEqual(torn.expectedRows);
}, 300_000);
