// Small loads into one dataset of a Postgres, one after the other, as a worker's activities make them: each opens the dataset,
// loads an interval and closes it. Several of these programs run at once; they begin when a line comes in.
import { once } from 'node:events';
import path from 'node:path';
import { Client } from 'pg';
import { defineSource, incremental, pipeline, postgres, resource } from '../../src';
import { withLoadWatch } from '../../src/destination';
import { BACKFILL_START, dayAfter } from '../days';
import { flatPage } from '../generator';
import { DATASET, type SmallLoads, type SmallLoadsReport } from '../task';
import { ownCpuSeconds } from './report';

const task = JSON.parse(process.argv[2] ?? '') as SmallLoads;

/** Loads that aren't measured: tables are made by them, and code gets warm. */
const WARM_UP = 20;
const LOCKING = /"_tidemark_dataset" FOR UPDATE/;
const ENDING = /^(COMMIT|ROLLBACK)$/;

const held: number[] = [];
const roundTrips: number[] = [];
const connections = { now: 0, most: 0, made: 0 };

/** Sees what is asked of the server: when the dataset's lock is taken and let go, and what is said between. */
function watchClients(): void {
  const { query, connect, end } = Client.prototype as unknown as Record<
    'query' | 'connect' | 'end',
    (...args: unknown[]) => Promise<unknown>
  >;
  const since = new WeakMap<Client, { readonly begun: number; roundTrips: number }>();
  const watched = {
    async connect(this: Client): Promise<unknown> {
      const done = await connect.call(this);
      connections.made += 1;
      connections.now += 1;
      connections.most = Math.max(connections.most, connections.now);
      return done;
    },
    async end(this: Client): Promise<unknown> {
      connections.now -= 1;
      return end.call(this);
    },
    query(this: Client, ...args: unknown[]): unknown {
      const [first] = args;
      const text = typeof first === 'string' ? first : String((first as { readonly text: unknown }).text);
      const asked = query.apply(this, args);
      const lock = since.get(this);
      if (lock !== undefined) lock.roundTrips += 1;
      if (LOCKING.test(text))
        void asked.then(
          () => since.set(this, { begun: performance.now(), roundTrips: 0 }),
          () => undefined,
        );
      if (lock === undefined || !ENDING.test(text)) return asked;
      since.delete(this);
      return asked.then((done) => {
        held.push(performance.now() - lock.begun);
        roundTrips.push(lock.roundTrips);
        return done;
      });
    },
  };
  Object.assign(Client.prototype, watched);
}

const page = flatPage(0).slice(0, task.rows);

/** Rows of a day, none of which another one has. */
const rowsOf = (day: string): readonly Record<string, unknown>[] =>
  page.map((row, at) => ({ ...row, id: Date.parse(day) / 1000 + at, created_at: day }));

const source = defineSource({
  name: 'bench',
  resources: () => [
    resource({
      name: 'flat',
      primaryKey: 'id',
      incremental: {
        cursor: incremental({
          cursor: 'created_at',
          type: 'iso',
          initialValue: BACKFILL_START,
          allowExternalSchedulers: true,
        }),
      },
      async *extract({ incremental: { cursor } }) {
        yield rowsOf(cursor.startValue);
      },
    }),
  ],
});

async function main(): Promise<void> {
  watchClients();
  const target = pipeline({
    name: 'bench',
    destination: postgres({ connectionString: task.postgres }),
    dataset: DATASET,
    workDir: path.join(task.folder, `worker-${task.worker}`),
  });
  const load = async (at: number): Promise<void> => {
    const day = at * task.workers + task.worker;
    if (task.what === 'claim') return claim(day);
    const interval = { start: dayAfter(day), end: dayAfter(day + 1) };
    // as a worker has it
    await withLoadWatch({ lockWaitMs: 60_000, lingers: true }, () => target.run(source(), { interval }));
  };
  const claim = async (day: number): Promise<void> => {
    await withLoadWatch({ lockWaitMs: 60_000, lingers: true }, async () => {
      const dataset = await target.openDataset();
      await dataset.claim([{ loadKey: `claim-${day}`, workflowId: `w-${day}`, runId: 'r', attempt: 1 }]);
      await dataset.close();
    });
  };
  for (let at = 0; at < WARM_UP; at++) await load(at);
  held.length = 0;
  roundTrips.length = 0;
  connections.made = 0;
  console.log('ready');
  await once(process.stdin, 'data');
  const cpu = ownCpuSeconds();
  const begun = performance.now();
  for (let at = 0; at < task.loads; at++) await load(WARM_UP + at);
  const report: SmallLoadsReport = {
    wallSeconds: (performance.now() - begun) / 1000,
    cpuSeconds: ownCpuSeconds() - cpu,
    heldMs: held,
    roundTrips,
    connections: connections.most,
    connected: connections.made,
  };
  console.log(JSON.stringify(report));
  await target.close();
  process.exit(0);
}

void main();
