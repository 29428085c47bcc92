/**
 * `npm run torture [-- N] [--destination postgres]`: N loads disturbed, half at named lines of the commit, half at random
 * moments. With DuckDB the process is killed with -9; with Postgres that, or its connections are cut, or the server crashes.
 * `npm run torture -- workers [DAYS] [--per-day EVENTS]`: four workers load a history into Postgres while they are killed.
 */
import { isDeepStrictEqual, parseArgs } from 'node:util';
import { duckdbStore, postgresStore, type Store } from './place';
import { type Baseline, disturb, FAILPOINTS, type Fault, makeBaseline, SCENARIOS } from './torture';
import { tortureWorkers } from './workers/torture-workers';

/** What happens in turn; a crash takes longest. */
const FAULTS: Readonly<Record<Store['kind'], readonly Fault[]>> = {
  duckdb: ['kill'],
  postgres: ['kill', 'cut', 'kill', 'cut', 'crash'],
};

function count(what: string, given: string): number {
  const number = Number(given);
  if (!Number.isInteger(number) || number < 1)
    throw new Error(`"${given}" is not a number of ${what}; give one of 1 or more.`);
  return number;
}

type Asked =
  | { readonly total: number; readonly destination: Store['kind'] }
  | { readonly days: number; readonly perDay: number | undefined };

function asked(): Asked {
  const { positionals, values } = parseArgs({
    allowPositionals: true,
    options: { destination: { type: 'string', default: 'duckdb' }, 'per-day': { type: 'string' } },
  });
  const [first = '200', days = '365'] = positionals;
  const perDay = values['per-day'];
  if (first === 'workers')
    return {
      days: count('days', days),
      perDay: perDay === undefined ? undefined : count('events', perDay),
    };
  const total = count('rounds', first);
  const { destination } = values;
  if (destination !== 'duckdb' && destination !== 'postgres')
    throw new Error(`"${destination}" is no destination of this test; give duckdb or postgres.`);
  return { total, destination };
}

async function main(): Promise<void> {
  const what = asked();
  if ('days' in what) {
    process.exitCode = (await tortureWorkers(what)) ? 0 : 1;
    return;
  }
  const { total, destination } = what;
  const store = destination === 'duckdb' ? duckdbStore() : await postgresStore();
  try {
    process.exitCode = (await torture(store, total)) === 0 ? 0 : 1;
  } finally {
    await store.close();
  }
}

/** @returns how many rounds left something else than an undisturbed load leaves */
async function torture(store: Store, total: number): Promise<number> {
  const baselines: Baseline[] = [];
  for (const scenario of SCENARIOS) baselines.push(await makeBaseline(store, scenario));
  const points = FAILPOINTS[store.kind];
  const faults = FAULTS[store.kind];
  const counts: Record<Fault, number> = { kill: 0, cut: 0, crash: 0 };
  let [struck, wals, wrong] = [0, 0, 0];
  for (let round = 0; round < total; round++) {
    const baseline = baselines[round % baselines.length]!;
    const turn = Math.floor(round / baselines.length);
    const fault = faults[turn % faults.length]!;
    const failpoint = points[Math.floor(turn / 2) % points.length]!;
    const how = turn % 2 === 0 ? { fault, failpoint } : { fault, after: Math.random() * baseline.lasts };
    const disturbed = await disturb(baseline, how);
    counts[fault]++;
    if (disturbed.struck) struck++;
    if (disturbed.wal) wals++;
    if (isDeepStrictEqual(disturbed.actual, baseline.expected)) continue;
    wrong++;
    process.stdout.write(
      `${baseline.scenario} ${JSON.stringify(how)}: what was left differs from an undisturbed run\n`,
    );
  }
  const { kill, cut, crash } = counts;
  const others =
    store.kind === 'duckdb' ? `WAL unmerged in ${wals}` : `connections cut ${cut}, server crashed ${crash}`;
  process.stdout.write(`process killed ${kill}, ${others}; ${struck} of ${total} while the load ran\n`);
  process.stdout.write(`${total - wrong} passed, ${wrong} failed\n`);
  return wrong;
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
  process.exitCode = 1;
});
