import type { Connect, SqlDriver } from '../sql';
import { withCommitLock } from '../sql';
import { bigqueryClient } from './client';
import { BigQueryConnection } from './connection';
import { JobCosts } from './costs';
import { KnownDataset } from './dataset-place';
import { bigqueryError, isInterrupted } from './errors';
import { type BigQueryPlace, describePlace } from './place';
import type { JobSession } from './session';

interface DriverOptions {
  readonly place: BigQueryPlace;
  /** As BigQuery has it. */
  readonly dataset: string;
  readonly pipeline: string;
  readonly workDir: string;
  /** Milliseconds before a transaction that met another, or was interrupted, is done again, each time. @default for ten minutes */
  readonly rerunAfter?: readonly number[] | undefined;
}

/** A commit takes some seconds: who meets another comes back when that one is done. */
const RERUN_AFTER = [1000, 2000, 4000, 8000, ...Array<number>(36).fill(16_000)];

/** dlt takes the lesser of the lengths that BigQuery allows tables and columns. */
const MAX_NAME = 300;

/** The driver of a dataset in BigQuery. It has no locks: commits that meet are told apart by a version, see `guard.ts`. */
export function bigqueryDriver(options: DriverOptions): SqlDriver {
  const { place, dataset, pipeline, workDir, rerunAfter = RERUN_AFTER } = options;
  const client = bigqueryClient(place);
  const known = new KnownDataset(dataset);
  const brought = new WeakMap();
  const location = describePlace(place, dataset);
  const connect: Connect = (work, { asks } = {}) => {
    const session: JobSession = {
      client,
      known,
      dataset,
      costs: new JobCosts(),
      labels: {
        tidemark_dataset: dataset,
        tidemark_pipeline: asks?.load?.pipeline ?? pipeline,
        tidemark_load_key: asks?.load?.loadKey,
      },
    };
    return work(new BigQueryConnection({ session, workDir, asks, brought }));
  };
  return {
    location,
    capabilities: { alterType: true, maxNameLength: MAX_NAME },
    async exists() {
      try {
        return await known.exists(client);
      } catch (error) {
        throw bigqueryError(error, place, 'to look for the dataset');
      }
    },
    connect,
    // those of one process needn't meet
    exclusive: (work) => withCommitLock(location, () => work(connect)),
    reruns: { waits: rerunAfter, passes: isInterrupted },
    close: async () => {},
  };
}
