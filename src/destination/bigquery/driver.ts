import type { Asks, Connect, SqlDriver } from '../sql';
import { withCommitLock } from '../sql';
import { bigqueryClient } from './client';
import { BigQueryConnection } from './connection';
import { JobCosts } from './costs';
import { KnownDataset } from './dataset-place';
import { bigqueryDialect } from './dialect';
import { isInterrupted, isOvertaken, told } from './errors';
import { MAX_NAME } from './names';
import { type BigQueryPlace, describePlace } from './place';
import type { Brought, Failures } from './script-transaction';
import type { JobSession } from './session';
import { dropStage, stageRows } from './stage-rows';

interface DriverOptions {
  readonly place: BigQueryPlace;
  /** As BigQuery has it. */
  readonly dataset: string;
  readonly pipeline: string;
  readonly workDir: string;
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds before a transaction that met another, or was interrupted, is done again, each time. @default for half an hour */
  readonly rerunAfter?: readonly number[] | undefined;
}

/** A commit takes some seconds, a great one minutes: who meets another comes back when that one may be done. Half an hour in all. */
const RERUN_AFTER = [
  1000,
  2000,
  4000,
  8000,
  ...Array<number>(15).fill(16_000),
  ...Array<number>(25).fill(60_000),
];
/** What Google's service fails by has been repeated for its deadline each time. */
const MOST_INTERRUPTIONS = 3;

/** The driver of a dataset in BigQuery. It has no locks: commits that meet are told apart by a version, see `guard.ts`. */
export function bigqueryDriver(options: DriverOptions): SqlDriver {
  const { place, dataset, pipeline, workDir, rerunAfter = RERUN_AFTER } = options;
  const client = bigqueryClient(place);
  const known = new KnownDataset(dataset);
  const brought: Brought = new WeakMap();
  const failures: Failures = new Map();
  const location = describePlace(place, dataset);
  const sessionOf = ({ load }: Asks, signal = options.signal): JobSession => ({
    signal,
    client,
    known,
    dataset,
    costs: new JobCosts(),
    labels: {
      tidemark_dataset: dataset,
      tidemark_pipeline: load?.pipeline ?? pipeline,
      tidemark_load_key: load?.loadKey,
    },
  });
  const connect: Connect = (work, { asks = {} } = {}) =>
    work(new BigQueryConnection({ session: sessionOf(asks), workDir, asks, brought, failures }));
  return {
    location,
    names: bigqueryDialect(dataset),
    capabilities: { alterType: true, definesFirst: true, receives: false, maxNameLength: MAX_NAME },
    exists: () => told(place, 'to look for the dataset', () => known.exists(client)),
    connect,
    // those of one process needn't meet
    exclusive: (work) => withCommitLock(location, () => work(connect)),
    bring: ({ staged, tables, signal, ...load }) =>
      told(place, 'to bring rows', async () => {
        if (tables.length === 0 || brought.has(staged)) return;
        brought.set(
          staged,
          await stageRows(tables, { session: sessionOf({ load }, signal), workDir, key: load.loadKey }),
        );
      }),
    async release(staged) {
      const place = brought.get(staged);
      brought.delete(staged);
      if (place !== undefined) await dropStage(sessionOf({}), place.stage);
    },
    reruns: {
      waits: rerunAfter,
      passes: (error, done) => isOvertaken(error) || (done < MOST_INTERRUPTIONS && isInterrupted(error)),
    },
    close: async () => {},
  };
}
