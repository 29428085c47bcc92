import type { AddressInfo } from 'node:net';
import type { ApiError } from './api-error';
import { cellsOf } from './cells';
import { openDatabase } from './database';
import { FaultPlan, type Faults } from './faults';
import { type JobRecord, jobResource } from './job';
import { Jobs } from './jobs';
import { sqlRecorder } from './record-sql';
import type { Job, TableRow } from './rest-types';
import { bigQueryServer, type SeenRequest } from './server';

export interface BigQueryOptions {
  /** @default 'tidemark-test' */
  readonly projectId?: string | undefined;
  /** A DuckDB file that keeps datasets and tables beyond the process; jobs are kept nowhere. @default memory */
  readonly file?: string | undefined;
  /** A folder that gets each query as a line of JSON. @default none */
  readonly recordSql?: string | undefined;
}

/** A fake of BigQuery that runs. */
export interface BigQueryFake {
  /** `http://127.0.0.1:PORT`, below which `/bigquery/v2/…` and `/upload/bigquery/v2/…` are. */
  readonly endpoint: string;
  readonly projectId: string;
  readonly faults: Faults;
  /** All jobs so far, in the order of their insertion, as `jobs.get` shows them. */
  jobs(): readonly Job[];
  /** How many jobs of a kind there were, by a label if one is given. */
  countJobs(kind?: 'query' | 'load', label?: readonly [key: string, value: string]): number;
  /** All requests so far. */
  requests(): readonly SeenRequest[];
  /** Forgets requests, so that a test counts its own. */
  forgetRequests(): void;
  /** Runs GoogleSQL as a query of its own, which is no job. @returns a row each, by the names of its columns, as the API has them */
  sql(text: string): Promise<readonly Readonly<Record<string, unknown>>[]>;
  /** @throws Error if the fake itself has failed at anything */
  close(): Promise<void>;
}

/** Starts a fake of BigQuery on a free port of this machine. */
export async function startBigQuery(options: BigQueryOptions = {}): Promise<BigQueryFake> {
  const { projectId = 'tidemark-test', file, recordSql } = options;
  const database = await openDatabase(projectId, file);
  const faults = new FaultPlan();
  const onQuery = recordSql === undefined ? (): void => undefined : sqlRecorder(recordSql, database);
  const jobs = new Jobs({ database, faults, onQuery });
  const inner = new Jobs({ database, faults: new FaultPlan(), onQuery: () => undefined });
  const seen: SeenRequest[] = [];
  const mistakes: unknown[] = [];
  const server = bigQueryServer({
    database,
    jobs,
    faults,
    projectId,
    seen,
    onMistake: (error) => mistakes.push(error),
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;

  return {
    endpoint: `http://127.0.0.1:${port}`,
    projectId,
    faults,
    jobs: () => jobs.all().map(jobResource),
    countJobs: (kind, label) => jobs.all().filter((job) => isOf(job, kind, label)).length,
    requests: () => [...seen],
    forgetRequests: () => {
      seen.length = 0;
    },

    async sql(text) {
      const job = inner.insert({ configuration: { query: { query: text, useLegacySql: false } } }, undefined);
      await job.done;
      if (job.error !== undefined) throw job.error;
      const { columns, rows } = job.result ?? { columns: [], rows: [] };
      return rows.map((row) => {
        const { f = [] }: TableRow = cellsOf(row, columns, 'ISO8601_STRING');
        return Object.fromEntries(columns.map(({ name }, index) => [name, f[index]?.v]));
      });
    },

    async close() {
      faults.clear();
      await jobs.settle();
      await new Promise((resolve) => {
        server.close(resolve);
        server.closeAllConnections();
      });
      await database.close();
      mistakes.push(...[...jobs.all()].flatMap(({ error }) => (isMistake(error) ? [error] : [])));
      if (mistakes.length > 0)
        throw new AggregateError(
          mistakes,
          `The fake failed ${mistakes.length} times: ${String(mistakes[0])}`,
        );
    },
  };
}

const isMistake = (error: ApiError | undefined): boolean =>
  error?.reason === 'internalError' && error.message.startsWith('The fake failed');

function isOf(
  { configuration }: JobRecord,
  kind: 'query' | 'load' | undefined,
  label: readonly [string, string] | undefined,
): boolean {
  if (kind !== undefined && configuration[kind] === undefined) return false;
  return label === undefined || configuration.labels?.[label[0]] === label[1];
}
