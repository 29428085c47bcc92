import { isDeepStrictEqual } from 'node:util';
import { startPostgres } from '../../postgres/server';
import { disturbAtRandom } from './disturb';
import { type Loaded, loadHistory, rowsOf } from './load-history';

const WORKERS = 4;
const LIVE_DAYS = 6;

interface TortureOptions {
  readonly days: number;
  /** Ticket events of a day. */
  readonly perDay?: number | undefined;
}

/**
 * Loads so many days with four workers undisturbed, then disturbed, and prints what came of it.
 * @returns whether both left the same
 */
export async function tortureWorkers({ days, perDay }: TortureOptions): Promise<boolean> {
  const say = (text: string): void =>
    void process.stderr.write(`${new Date().toISOString().slice(11, 19)} ${text}\n`);
  const postgres = await startPostgres({ durable: true });
  try {
    const common = { postgres, days, perDay, liveDays: LIVE_DAYS, workers: WORKERS };
    const calm = await loadHistory({ ...common, database: 'calm' });
    say(`undisturbed: ${figures(calm)}`);
    let kills = 0;
    const torn = await loadHistory({
      ...common,
      database: 'torn',
      disturb: async (deployment) => {
        await disturbAtRandom(deployment, WORKERS, say);
        kills = deployment.workers.kills();
      },
    });
    say(`disturbed: ${figures(torn)}, ${kills} kills`);
    const differing = differences(calm, torn, days);
    process.stdout.write(
      differing.length === 0
        ? 'Both left the same.\n'
        : `What was left differs:\n${differing.map((one) => `${one}\n`).join('')}`,
    );
    return differing.length === 0;
  } finally {
    await postgres.close();
  }
}

const sum = (values: readonly unknown[]): number =>
  values.reduce<number>((total, value) => total + Number(value), 0);

function figures({ seconds, contents, requests }: Loaded): string {
  const rows = sum(Object.values(contents.tables).map((table) => table['rows']));
  const commits = sum(contents.loads.map(({ loads }) => loads));
  return `${rows} rows in ${Object.keys(contents.tables).length} tables, ${commits} commits, ${requests} requests, ${seconds.toFixed(0)} s`;
}

/** What a disturbed run left otherwise, and what isn't right in either. */
function differences(calm: Loaded, torn: Loaded, days: number): string[] {
  const found: string[] = [];
  const check = (what: string, actual: unknown, expected: unknown): void => {
    if (isDeepStrictEqual(actual, expected)) return;
    found.push(`${what}: ${JSON.stringify(actual)} instead of ${JSON.stringify(expected)}`);
  };
  for (const name of Object.keys(calm.contents) as (keyof Loaded['contents'])[])
    check(name, torn.contents[name], calm.contents[name]);
  for (const one of [calm, torn]) {
    check('rows', rowsOf(one), one.expectedRows);
    for (const [what, count] of Object.entries(one.contents.wrong)) check(what, count, '0');
    const { backfill, live, workers } = one.ends;
    check('backfill', [backfill?.status, backfill?.result?.loaded], ['completed', days]);
    for (const end of live) check('live run', end?.status, 'completed');
    for (const code of workers) check('exit code of a worker', code, 0);
  }
  return found;
}
